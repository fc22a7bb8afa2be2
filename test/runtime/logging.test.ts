import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ProtocolError } from "../../runtime/error.js";
import { type JsonLoggerOptions, jsonLogger } from "../../runtime/observe/json-logger.js";
import { atLeast, loggerOf, logLevels, plainLogger } from "../../runtime/observe/logger.js";
import { redact, redacted, redactText } from "../../runtime/observe/redact.js";
import { Reporter } from "../../runtime/observe/report.js";

/** What a JSON logger writes. */
function written(options: JsonLoggerOptions = {}) {
  const lines: string[] = [];
  const logger = jsonLogger({ ...options, write: (line) => lines.push(line) });
  return { logger, lines, records: () => lines.map((line) => JSON.parse(line)) };
}

describe("a logger of JSON lines", () => {
  it("writes one object a line: when, how grave, the message, and the fields", () => {
    const { logger, lines, records } = written({ fields: { service: "station" } });
    logger.info("two\nlines", { count: 2 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("\n");
    expect(records()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        level: "info",
        message: "two\nlines",
        service: "station",
        count: 2,
      },
    ]);
  });

  it("keeps its own fields, whatever the others are called", () => {
    const { logger, records } = written();
    logger.warn("real", { level: "x", message: "x", time: "x", other: 1 });
    expect(records()).toMatchObject([{ level: "warn", message: "real", other: 1 }]);
    expect(records()[0].time).not.toBe("x");
  });

  it.each(logLevels)("from %s on writes that and what is graver", (level) => {
    const { logger, records } = written({ level });
    for (const each of logLevels) logger[each]("x");
    expect(records().map((record) => record.level)).toEqual(logLevels.slice(logLevels.indexOf(level)));
  });

  it("writes all that it is given unless told otherwise, to the standard output unless told otherwise", () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    jsonLogger({ level: "info" }).debug("x");
    jsonLogger().debug("y");
    const lines = write.mock.calls.map(([text]) => String(text));
    write.mockRestore();
    expect(lines).toEqual([expect.stringMatching(/^\{.*"message":"y"\}\n$/)]);
  });

  it("writes errors with their causes and stacks", () => {
    const { logger, records } = written();
    const cause = new TypeError("inner");
    logger.error("x", { error: new ProtocolError("handler_failed", "outer", { ref: "weather/events/gust", cause }) });
    expect(records()[0].error).toMatchObject({
      name: "ProtocolError",
      code: "handler_failed",
      ref: "weather/events/gust",
      stack: expect.stringContaining("at "),
      cause: { name: "TypeError", message: "inner" },
    });
  });

  it("writes any value, and says what it leaves out", () => {
    const endless: Record<string, unknown> = {};
    endless["self"] = endless;
    const { logger, records } = written();
    logger.info("x", {
      big: 1n,
      when: new Date(0),
      no: new Date(Number.NaN),
      call: () => 1,
      bytes: new Uint8Array(3),
      endless,
    });
    expect(records()[0]).toMatchObject({
      big: "1",
      when: "1970-01-01T00:00:00.000Z",
      no: null,
      call: "[function]",
      bytes: "[3 bytes]",
    });
    expect(JSON.stringify(records()[0])).toContain("[object]");
  });
});

describe("secrets", () => {
  it.each([
    ["password", "hunter2"],
    ["pass", "hunter2"],
    ["natsPassword", "hunter2"],
    ["token", "abc"],
    ["access_token", "abc"],
    ["apiKey", "abc"],
    ["authorization", "abc"],
    ["nkey", "abc"],
    ["seed", "abc"],
    ["creds", { user: "a" }],
    ["clientSecret", ["a"]],
  ])("under the name %s are left out, however deep", (name, value) => {
    expect(redact({ options: [{ [name]: value, user: "alice" }] })).toEqual({
      options: [{ [name]: redacted, user: "alice" }],
    });
  });

  it.each(["user", "tokens_used", "hash", "message", "passed", "bypasses"])("are not under the name %s", (name) => {
    expect(redact({ [name]: "x" })).toEqual({ [name]: "x" });
  });

  it.each([
    ["nats://alice:hunter2@localhost:4222 failed", `nats://${redacted}@localhost:4222 failed`],
    ["nats://token@localhost, tls://b:c@d", `nats://${redacted}@localhost, tls://${redacted}@d`],
    ["Authorization: Bearer abcdefgh12345678", `Authorization: Bearer ${redacted}`],
    [`the seed SU${"A".repeat(56)}`, `the seed ${redacted}`],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def", redacted],
    [
      "mail alice@example.com about nats://localhost:4222/a@b",
      "mail alice@example.com about nats://localhost:4222/a@b",
    ],
  ])("in the text %s are left out", (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it("never survive, wherever they stand", () => {
    const secret = "hunter2-hunter2";
    const leaf = fc.oneof(fc.constant({ password: secret }), fc.constant(`nats://me:${secret}@host`), fc.jsonValue());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 8 }, leaf, fc.array(tie("value")), fc.dictionary(fc.string(), tie("value"))),
    }));
    fc.assert(fc.property(value, (given) => !JSON.stringify(redact(given) ?? null).includes(secret)));
  });
});

describe("a reporter", () => {
  const error = new ProtocolError("timeout", "no answer of nats://me:hunter2@host\nat all", {
    ref: "weather/events/gust",
  });

  it("logs one line without secrets, and the same as fields", () => {
    const lines: unknown[] = [];
    const reporter = new Reporter({ logger: loggerOf((level) => (line, fields) => lines.push([level, line, fields])) });
    reporter.error(error);
    reporter.invalid(error);
    const line = `[timeout] no answer of nats://${redacted}@host at all (weather/events/gust)`;
    const fields = { code: "timeout", ref: "weather/events/gust", subject: undefined, error };
    expect(lines).toEqual([
      ["error", line, fields],
      ["warn", line, fields],
    ]);
  });

  it("writes warnings and errors to the console when there is no logger, without fields", () => {
    const spies = logLevels.map((level) => vi.spyOn(console, level).mockReturnValue());
    const reporter = new Reporter({});
    for (const level of logLevels) reporter.log(level, level, { a: 1 });
    const calls = spies.flatMap((spy) => spy.mock.calls);
    vi.restoreAllMocks();
    expect(calls).toEqual([["warn"], ["error"]]);
  });

  it("shows where a handler threw, without secrets, to who reads the console", () => {
    const spy = vi.spyOn(console, "error").mockReturnValue();
    const cause = new TypeError("cannot reach nats://me:secret@host");
    const inner = new ProtocolError("handler_failed", "inner", { cause });
    const reporter = new Reporter({});
    reporter.error(new ProtocolError("handler_failed", "the handler threw", { cause: inner }));
    reporter.error(new ProtocolError("timeout", "no answer", { cause }));
    const lines = spy.mock.calls.map(([line]) => String(line).split("\n"));
    vi.restoreAllMocks();
    const [first] = lines[0]?.slice(2) ?? [];
    expect(lines[0]?.slice(0, 2)).toEqual([
      "[handler_failed] the handler threw",
      `TypeError: cannot reach nats://${redacted}@host`,
    ]);
    expect(first).toMatch(/^ +at .*logging\.test\.ts:\d+/);
    expect(lines[1]).toEqual(["[timeout] no answer"]);
  });

  it("leaves out what is less grave than the level it is told", () => {
    const lines: string[] = [];
    const logger = loggerOf((level) => () => lines.push(level));
    for (const logLevel of ["debug", undefined, "error"] as const) {
      const reporter = new Reporter({ logger, logLevel });
      for (const level of logLevels) reporter.log(level, "x");
    }
    expect(lines).toEqual([...logLevels, "info", "warn", "error", "error"]);
  });

  it("is not hurt by a logger that throws", () => {
    const reporter = new Reporter({
      logger: loggerOf(() => () => {
        throw new Error("full");
      }),
    });
    expect(() => reporter.log("info", "x")).not.toThrow();
  });
});

it("a logger can be made to leave out what is less grave, and fields", () => {
  const lines: unknown[] = [];
  const logger = atLeast(
    "warn",
    plainLogger(
      loggerOf(
        (level) =>
          (...given) =>
            lines.push([level, ...given]),
      ),
    ),
  );
  for (const level of logLevels) logger[level]("x", { a: 1 });
  expect(lines).toEqual([
    ["warn", "x"],
    ["error", "x"],
  ]);
});
