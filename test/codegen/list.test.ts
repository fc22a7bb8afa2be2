import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";

// A project with schemas of its own.
const cwd = "test/fixtures/harbour";
const list = (...args: string[]) => runCli(["list", ...args], { cwd });

describe("list", () => {
  it("prints every message with its kind, subject, direction and first sentence, in columns", async () => {
    const { status, stdout, stderr } = await list();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      [
        "harbour/config/office       config                                                              How the office is set up.",
        "harbour/crane/lift          command    harbour.crane.do                anybody -> crane         Lift a crate.",
        "harbour/crane/sing          command    harbour.crane.do                anybody -> crane         Make the crane sing.",
        "harbour/events/log          event      harbour.{quay}.log              office -> anybody        Lines of the log book.",
        "harbour/events/shipArrived  event      harbour.{quay}.shipArrived      office -> anybody        A ship came in | and made fast.",
        "harbour/events/shipLeft     event      harbour.{quay}.shipLeft         pilot -> anybody         A ship left. (deprecated: Use `tide`, which says more.)",
        "harbour/events/tide         event      harbour.{quay}.tide             office -> anybody        The water turned.",
        "harbour/lifecycle/open      lifecycle  harbour.life.{service}.open     every service -> office  A service begins its day.",
        "harbour/office/berths.list  command    harbour.desk                    anybody -> office        Who lies where.",
        "harbour/state/berths/count  state      $KV.berths_{quay}.count         office -> anybody        How many berths are taken.",
        "harbour/state/berths/ship   state      $KV.berths_{quay}.ship.{berth}  office -> anybody        Who lies at a berth.",
        "harbour/streams/book        stream     harbour.*.shipLeft                                       Who left.",
        "",
      ].join("\n"),
    );
  });

  it("prints only what contains a text, in upper or lower case", async () => {
    const { stdout } = await list("BERTH");
    expect(stdout.match(/^\S+/gm)).toEqual([
      "harbour/office/berths.list",
      "harbour/state/berths/count",
      "harbour/state/berths/ship",
    ]);
  });

  it("finds a command by its other names", async () => {
    const { stdout } = await list("hoist");
    expect(stdout).toMatch(/^harbour\/crane\/lift /);
  });

  it("says so when nothing contains it, to people; a program reads an empty list", async () => {
    expect(await list("hosit")).toEqual({
      status: 2,
      stdout: "",
      stderr: 'kryten-sdk: no message has "hosit" in its names, subject or description; did you mean "hoist"?\n',
    });
    expect(await list("submarine")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/prints all there is\n$/),
    });
    expect(await list("submarine", "--json")).toEqual({ status: 0, stdout: "[]\n", stderr: "" });
  });

  it("prints subjects in the dialect that is asked for", async () => {
    const { stdout } = await list("--dialect", "long", "ship");
    expect(stdout).toContain("harbour.events.{quay}.shipArrived");
    expect(stdout).toContain("harbour.gone.{quay}");
  });

  it("knows which dialects there are", async () => {
    const { status, stdout, stderr } = await list("--dialect", "plane");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe('kryten-sdk: no protocol has the dialect plane; did you mean "plain"?\n');
  });

  it("prints JSON for programs: one entry a command, one a state key", async () => {
    const { status, stdout } = await list("--json");
    const messages: readonly Record<string, unknown>[] = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(messages).toHaveLength(12);
    expect(messages.filter(({ kind }) => kind === "command").map(({ ref }) => ref)).toEqual([
      "harbour/crane/lift",
      "harbour/crane/sing",
      "harbour/office/berths.list",
    ]);
    expect(messages).toContainEqual({
      ref: "harbour/events/shipLeft",
      kind: "event",
      subject: "harbour.{quay}.shipLeft",
      direction: "pilot -> anybody",
      description: "A ship left.",
      deprecated: "Use `tide`, which says more.",
    });
    expect(messages).toContainEqual({
      ref: "harbour/config/office",
      kind: "config",
      subject: null,
      direction: null,
      description: "How the office is set up.",
      deprecated: null,
    });
  });

  it("says which folder it cannot read", async () => {
    const { status, stderr } = await list("--schema", "nowhere");
    expect(status).toBe(2);
    expect(stderr).toBe("kryten-sdk: cannot read the schema folder nowhere: there is none; point --schema at one\n");
  });

  it("lists what the package brings along where there are no schemas", async () => {
    const { status, stdout } = await runCli(["list", "--json"], { cwd: "test/fixtures" });
    const protocols = new Set((JSON.parse(stdout) as readonly { ref: string }[]).map(({ ref }) => ref.split("/")[0]));
    expect(status).toBe(0);
    expect(protocols).toContain("kryten");
  });
});
