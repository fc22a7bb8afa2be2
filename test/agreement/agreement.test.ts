import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { protocols } from "../support/vectors.js";
import { compare, defects } from "./compare.js";
import { subjectsOf, valuesOf } from "./values.js";

// Other values each time; the seed is in the test's name, so that they can be had again.
const seed = Date.now() % 2 ** 31;
const slice = 10_000;

function texts(count: number): readonly string[] {
  const subjects = protocols.flatMap(subjectsOf);
  return subjects.flatMap((subject) =>
    [...valuesOf(subject, { seed, first: 0, count })].map((data) => Buffer.from(data).toString("utf8")),
  );
}

describe("both languages and a validator of JSON Schemas in each", () => {
  it(`come to the same verdicts, with seed ${seed}`, async () => {
    const { values, accepted, disagreements } = await compare({ values: slice, seed });
    expect(Object.fromEntries(disagreements)).toEqual({});
    expect(values).toBe(slice);
    expect(Math.min(accepted.byReaders, accepted.byWriters, values - accepted.byReaders)).toBeGreaterThan(slice / 10);
    expect(accepted.byWriters).toBeLessThan(accepted.byReaders);
  }, 60_000);

  it.each(defects)("do not when the %s has a defect", async (defect) => {
    const { disagreementCount } = await compare({ values: slice / 2, seed, defect });
    expect(disagreementCount).toBeGreaterThan(0);
  });
});

describe("make agreement", () => {
  const run = (...args: readonly string[]) => {
    const command = ["--import", "tsx", "test/agreement/main.ts", "--values", "1000", "--seed", "1", ...args];
    const { status, stdout } = spawnSync(process.execPath, command, { encoding: "utf8" });
    return { status, lines: stdout.trimEnd().split("\n") };
  };

  it("ends with the totals, and well", () => {
    const { status, lines } = run();
    expect(lines.at(-1)).toMatch(/^agreement: 1000 values, [0-9]+ messages, 0 disagreements$/);
    expect(status).toBe(0);
  });

  it("fails when one judge has a defect, and shows values", () => {
    const { status, lines } = run("--defect", "model");
    expect(lines.at(-1)).toMatch(/^agreement: 1000 values, [0-9]+ messages, [1-9][0-9]* disagreements$/);
    expect(lines.some((line) => /^ {2}TypeScript: refused by all; Python: accepted by /.test(line))).toBe(true);
    expect(status).toBe(1);
  });

  it("judges every message, with the same values for the same seed", () => {
    const [first, again] = [texts(3), texts(3)];
    expect(first).toEqual(again);
    expect(new Set(first).size).toBeGreaterThan(first.length / 2);
  });
});

const kinds: Readonly<Record<string, RegExp>> = {
  '"1" for 1': /:"-?[0-9]+"/,
  "true for 1": /[:[](?:true|false)/,
  "1.0 for an integer": /[:[][0-9]+\.0\b/,
  "1e2 for an integer": /[:[][0-9]+[eE]\+?[0-9]+/,
  "an integer beyond 2^53": /9007199254740993/,
  NaN: /[:[]NaN/,
  Infinity: /[:[]-?Infinity/,
  "1e400": /1e400/,
  "null for optional": /:null/,
  "a date-time without offset": /T[0-9]{2}:[0-9]{2}:[0-9]{2}"/,
  "a leap second": /:60(?:Z|\.|[+-])/,
  "a UUID without dashes": /"[0-9a-fA-F]{32}"/,
  "astral characters": /\u{1f600}/u,
  "combining marks": /\u0301/,
  "an unknown field": /"notInTheSchema"/,
  "a field that comes twice": /\{"([a-z]+)":[^{}[\],]+,"\1":/,
  __proto__: /"__proto__":/,
  "half a surrogate pair": /\\ud800(?!\\ud)/,
  "half a surrogate pair in a name": /\\ud800":/,
  "a byte order mark": /^\ufeff/,
  "bytes that are not UTF-8": /\ufffd/,
  "a hundred levels": /\[{100}/,
};

describe("the values", () => {
  const samples = texts(200);

  it.each(Object.entries(kinds))("have %s among them", (_, kind) => {
    expect(samples.some((text) => kind.test(text))).toBe(true);
  });
});
