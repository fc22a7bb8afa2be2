import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";
import { scratchFolder } from "../support/scratch.js";

// A project with schemas of its own.
const cwd = "test/fixtures/harbour";

/** What is printed for values, one a line. */
function validate(ref: string, values: readonly unknown[], ...options: string[]) {
  return runCli(["validate", ref, ...options], {
    cwd,
    input: values.map((value) => `${JSON.stringify(value)}\n`).join(""),
  });
}

describe("validate, for contents", () => {
  it("says nothing about values that are what the schema says, but how many", async () => {
    const values = [{ crate: { label: "A1" } }, { crate: { label: "A2" }, height: 3 }];
    expect(await validate("harbour/crane/lift/args", values)).toEqual({
      status: 0,
      stdout: "",
      stderr: "2 values, 0 invalid\n",
    });
  });

  it("prints each violation with its line and JSON pointer", async () => {
    const values = [{ crate: { label: "A1" } }, { crate: { label: "A12345" }, height: 40 }, 7];
    expect(await validate("harbour/crane/lift/args", values)).toEqual({
      status: 1,
      stdout: [
        "line 2: /crate/label must have at most 4 characters, not 6",
        "line 2: /height must be less than 40, not 40",
        "line 3: / must be an object, not 7",
        "",
      ].join("\n"),
      stderr: "3 values, 2 invalid\n",
    });
  });

  it("prints JSON objects for programs, one a line", async () => {
    const { status, stdout } = await validate("harbour/state/berths/count", [3, -1, "3"], "--json");
    expect(status).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { line: 2, pointer: "", message: "must be at least 0, not -1" },
      { line: 3, pointer: "", message: 'must be a whole number, not "3"' },
    ]);
  });

  it.each([
    ["harbour/events/shipLeft", "Dora", 5],
    ["harbour/events/tide", null, {}],
    ["harbour/lifecycle/open", { service: "crane" }, { service: "" }],
    ["harbour/state/berths/ship", "Dora", ""],
    ["harbour/config/office", { quays: ["north"] }, { quays: [] }],
    ["harbour/crane/lift/result", { seconds: 1 }, { seconds: 1.5 }],
    ["harbour/crane/hoist/result", { seconds: 1 }, { seconds: 1.5 }],
    ["harbour/office/berths.list/result", { "3": "Dora" }, { "3": 5 }],
  ])("knows %s", async (ref, good, bad) => {
    expect(await validate(ref, [good, bad])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^line 2: .+\n$/),
      stderr: "2 values, 1 invalid\n",
    });
  });

  it("lets unknown fields through, as a reader does, and refuses them when it is strict, as a writer does", async () => {
    const values = [{ seconds: 1, secnods: 2 }];
    expect(await validate("harbour/crane/lift/result", values)).toMatchObject({ status: 0, stdout: "" });
    expect(await validate("harbour/crane/lift/result", values, "--strict")).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^line 1: \/secnods is not a known field/),
    });
  });
});

describe("validate, for whole messages", () => {
  it("opens a request's envelope, and takes the command's and its arguments' other names", async () => {
    const values = [
      { command: "lift", args: { crate: { label: "A1" } }, meta: { source: "test" } },
      { service: "crane", command: "hoist", args: { box: { label: "A1" } } },
      { service: "office", command: "drop", args: { crate: { label: "" } } },
      { command: "lift" },
      [],
    ];
    expect(await validate("harbour/crane/lift/request", values)).toEqual({
      status: 1,
      stdout: [
        'line 3: /service must be "crane", not "office"',
        'line 3: /command must be "lift" or "hoist", not "drop"',
        "line 3: /args/crate/label must have at least 1 character, not 0",
        "line 4: /args/crate is missing",
        "line 5: / must be an object, not an empty array",
        "",
      ].join("\n"),
      stderr: "5 values, 3 invalid\n",
    });
  });

  it("finds arguments that are spread over the request", async () => {
    const { stdout } = await validate("harbour/crane/sing/request", [{ command: "sing", verse: 0 }]);
    expect(stdout).toBe("line 1: /verse must be at least 1, not 0\n");
  });

  it("takes a failure that the envelope describes, and looks into a success", async () => {
    const values = [
      { success: true, data: { seconds: 1 } },
      { success: false, error: "Jammed" },
      { success: true, data: { success: false, error: "Too heavy" } },
      { success: true, data: { seconds: -1 } },
      { data: {} },
    ];
    expect(await validate("harbour/crane/lift/reply", values)).toEqual({
      status: 1,
      stdout: "line 4: /data/seconds must be at least 0, not -1\nline 5: /success is missing\n",
      stderr: "5 values, 2 invalid\n",
    });
  });

  it("finds a result that is only a part of the reply's data", async () => {
    const values = [
      { success: true, data: { berths: { "3": 5 } } },
      { success: true, data: {} },
    ];
    const { stdout } = await validate("harbour/office/berths.list/reply", values);
    expect(stdout).toBe("line 1: /data/berths/3 must be a string, not 5\nline 2: /data/berths is missing\n");
  });
});

describe("validate, for what it reads", () => {
  const ref = "harbour/state/berths/count";
  const read = (input: string | Uint8Array) => runCli(["validate", ref], { cwd, input });

  it("reads a file as well as the standard input", async () => {
    const file = join(await scratchFolder(), "values.jsonl");
    await writeFile(file, "1\n-1\n");
    expect(await runCli(["validate", ref, file], { cwd })).toMatchObject({
      status: 1,
      stdout: "line 2: / must be at least 0, not -1\n",
    });
    expect(await runCli(["validate", ref, "-"], { cwd, input: "1\n" })).toMatchObject({ status: 0 });
  });

  it("skips blank lines, and counts them", async () => {
    expect(await read("\n1\n  \t\r\n-1")).toMatchObject({
      stdout: "line 4: / must be at least 0, not -1\n",
      stderr: "2 values, 1 invalid\n",
    });
  });

  it("takes what is no JSON for a violation of its line, and goes on", async () => {
    const { status, stdout, stderr } = await read('{"a":\n2\n1 1\n');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^line 1: \/ the message is not JSON: .+\nline 3: \/ the message is not JSON: .+\n$/);
    expect(stderr).toBe("3 values, 2 invalid\n");
  });

  it("takes what is no UTF-8 for a violation too", async () => {
    const { stdout } = await read(new Uint8Array([0x22, 0xff, 0x22, 0x0a]));
    expect(stdout).toBe("line 1: / the message is not UTF-8\n");
  });

  it("finds the end of each line where pieces of a large input meet", async () => {
    const { stderr } = await read(`${"1".padEnd(40_000, " ")}\n`.repeat(50));
    expect(stderr).toBe("50 values, 0 invalid\n");
  });
});

describe("validate, asked for what it cannot do", () => {
  it("offers the values of a command, when it is given the command", async () => {
    const parts = ["args", "result", "request", "reply"].map((part) => `harbour/crane/lift/${part}`);
    expect(await validate("harbour/crane/lift", [])).toEqual({
      status: 2,
      stdout: "",
      stderr: `kryten-sdk: harbour/crane/lift is several values; choose one: ${parts.join(", ")}\n`,
    });
  });

  it("offers no reply where nobody answers", async () => {
    const { stderr } = await validate("harbour/crane/sing", []);
    expect(stderr).not.toContain("reply");
  });

  it("suggests the nearest name", async () => {
    expect(await validate("harbour/events/shipArived", [])).toMatchObject({
      status: 2,
      stderr: 'kryten-sdk: there is no harbour/events/shipArived; did you mean "harbour/events/shipArrived"?\n',
    });
  });

  it("says where to look when no name is near", async () => {
    const { status, stderr } = await validate("dock", []);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "kryten-sdk: there is no dock; `kryten-sdk list` prints what there is\n",
    });
  });

  it("names the file that it cannot read", async () => {
    const { status, stderr } = await runCli(["validate", "harbour/events/tide", "no-such-file"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain("cannot read no-such-file");
  });
});
