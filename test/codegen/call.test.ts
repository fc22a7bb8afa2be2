import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { protocolOfServices } from "../../codegen/call/services.js";
import { ClientCore } from "../../runtime/client/client-core.js";
import { refusal } from "../../runtime/commands/service-error.js";
import { connectNats } from "../../runtime/nats/connection.js";
import { type CliOptions, runCli } from "../support/cli.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { catalogOfProtocol } from "../support/protocol-catalog.js";
import { scratchFolder } from "../support/scratch.js";

// The server and the robot that all tests talk to.
let server: NatsServer;
let robot: ClientCore;
const heard: unknown[] = [];

beforeAll(async () => {
  server = await startNatsServer();
  robot = new ClientCore(
    protocolOfServices(await catalogOfProtocol("kryten")),
    await connectNats({ servers: server.url }),
    {
      onInvalid: () => undefined,
    },
  );
  const { commands } = robot.protocol.services["robot"] ?? { commands: {} };
  const silent = Object.keys(commands).map((method) => [method, () => ({})] as const);
  await robot.serve("robot", {
    ...Object.fromEntries(silent),
    sendChat: (args, { address, source }) => {
      heard.push({ args, address, source });
      return {};
    },
    newPoll: (args) => {
      heard.push(args);
      return {};
    },
    addMedia: (args) => {
      heard.push(args);
      return { uid: 42 };
    },
    unban: () => {
      throw refusal("no_such_ban", "nobody of that name is banned");
    },
  });
});
afterAll(async () => {
  await robot.close();
  await server.stop();
});
beforeEach(() => heard.splice(0));

const call = (ref: string, args: readonly string[], options: CliOptions = {}) =>
  runCli(["call", ref, ...args], { env: { NATS_URL: server.url }, ...options });

describe("call", () => {
  it("sends a command to the channel it is for, and says that it was done", async () => {
    const said = await call("kryten/robot/say", ["--channel", "lounge", "--message", "hi"]);
    expect(said).toEqual({ status: 0, stdout: "done\n", stderr: "" });
    expect(heard).toEqual([
      { args: { message: "hi" }, address: { domain: "cytu.be", channel: "lounge" }, source: "kryten-sdk" },
    ]);
  });

  it("prints the result for people, and for programs", async () => {
    const media = ["--channel", "lounge", "--type", "yt", "--id", "007", "--temp", "--pos=next"];
    expect(await call("kryten/robot/addvideo", media)).toEqual({ status: 0, stdout: "uid: 42\n", stderr: "" });
    expect(heard).toEqual([{ type: "yt", id: "007", temp: true, pos: "next" }]);
    const { stdout } = await call("kryten/robot/addvideo", [...media, "--json"]);
    expect(JSON.parse(stdout)).toEqual({ ok: true, ref: "kryten/robot/addvideo", result: { uid: 42 } });
  });

  it("knows a command by its method and by its other names, too", async () => {
    const media = ["--channel", "lounge", "--type", "yt", "--id", "dQw4w9WgXcQ"];
    expect(await call("kryten/robot/addMedia", media)).toEqual({ status: 0, stdout: "uid: 42\n", stderr: "" });
    expect(await call("kryten/robot/addvideo", media)).toEqual({ status: 0, stdout: "uid: 42\n", stderr: "" });
    expect(await call("kryten/robot/addMedai", media)).toMatchObject({
      status: 2,
      stderr: 'kryten-sdk: there is no command kryten/robot/addMedai; did you mean "kryten/robot/addMedia"?\n',
    });
  });

  it("goes to any of several servers, one after the other or with commas", async () => {
    const say = ["--channel", "lounge", "--message", "hi"];
    const elsewhere = { env: { NATS_URL: "nats://127.0.0.1:1" } };
    for (const servers of [
      ["--servers", `nats://127.0.0.1:1,${server.url}`],
      ["--server", server.url],
    ]) {
      expect(await call("kryten/robot/say", [...say, ...servers], elsewhere)).toMatchObject({ status: 0 });
    }
    const wrong = await call("kryten/robot/say", [...say, "--servers", "localhost:999999"]);
    expect(wrong).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^kryten-sdk: \[connection_failed\] cannot connect to localhost:999999: that is no add/,
      ),
    });
  });

  it("says that a time is none, in the word that was typed", async () => {
    expect(await call("kryten/robot/say", ["--channel", "lounge", "--message", "hi", "--timeout", "abc"])).toEqual({
      status: 2,
      stdout: "",
      stderr: "error: option '--timeout <ms>' argument 'abc' is invalid. It is a number of ms, above 0.\n",
    });
  });

  it("says why the service refused, and what that means", async () => {
    const args = ["--channel", "lounge", "--username", "bob"];
    expect(await call("kryten/robot/unban", args)).toEqual({
      status: 1,
      stdout: "",
      stderr: [
        "kryten-sdk: [command_failed] nobody of that name is banned (kryten/robot/unban, kryten.robot.command)",
        "    hint: The service refused, and says why. `serviceCode` holds its own code, when it has one.",
        "",
      ].join("\n"),
    });
    const { status, stdout } = await call("kryten/robot/unban", [...args, "--json"]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      ref: "kryten/robot/unban",
      error: { code: "command_failed", serviceCode: "no_such_ban", message: "nobody of that name is banned" },
    });
  });

  it("tells that nobody listens from that there is no server", async () => {
    const args = ["--channel", "lounge"];
    const silence = await call("kryten/playlist/blessed_list", [...args, "--requested-by", "me"]);
    expect(silence).toMatchObject({ status: 1, stderr: expect.stringContaining("[no_responders]") });
    const nowhere = await call("kryten/robot/clear", [...args, "--servers", "nats://127.0.0.1:1"]);
    expect(nowhere).toMatchObject({ status: 2, stderr: expect.stringContaining("[connection_failed]") });
  });

  it("says all that is wrong with the arguments at once, and sends nothing", async () => {
    const { status, stdout, stderr } = await call("kryten/robot/newPoll", [
      "--title",
      "",
      "--options",
      "a",
      "--options",
      "",
    ]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe(
      [
        "kryten-sdk: kryten/robot/newPoll cannot be sent like this:",
        "  --channel is missing",
        "  --title must have at least 1 character, not 0",
        "  --options at /1 must have at least 1 character, not 0",
        "  --arg-timeout is missing",
        "",
      ].join("\n"),
    );
    expect(heard).toEqual([]);
    const told = await call("kryten/robot/say", ["--channel", "lounge", "--json"]);
    expect(told).toMatchObject({ status: 2, stderr: "" });
    expect(JSON.parse(told.stdout)).toMatchObject({
      ok: false,
      ref: "kryten/robot/say",
      error: {
        code: "invalid_argument",
        message: "kryten/robot/say cannot be sent like this:\n  --message is missing",
      },
    });
  });

  it("knows what was meant", async () => {
    expect(await call("kryten/robot/sey", [])).toMatchObject({
      status: 2,
      stderr: 'kryten-sdk: there is no command kryten/robot/sey; did you mean "kryten/robot/say"?\n',
    });
    expect(await call("robot/say", [])).toMatchObject({
      stderr: 'kryten-sdk: there is no command robot/say; did you mean "kryten/robot/say"?\n',
    });
    expect(await call("kryten/robot", [])).toMatchObject({
      stderr: "kryten-sdk: kryten/robot is no command; `kryten-sdk list` prints those that begin like this\n",
    });
    expect(await call("kryten/events/chatMsg", [])).toMatchObject({
      status: 2,
      stderr: "kryten-sdk: kryten/events/chatMsg is no command, but an event\n",
    });
    expect(await call("kryten/robot/say", ["--mesage", "hi"])).toMatchObject({
      status: 2,
      stderr: "error: unknown option '--mesage'\n(Did you mean --message?)\n",
    });
  });

  it("does not send what is known to be ignored, unless it is told to", async () => {
    const args = ["--channel", "lounge"];
    const ignored = await call("kryten/robot/play", args);
    expect(ignored).toMatchObject({ status: 2, stdout: "" });
    expect(ignored.stderr).toContain(
      "kryten-sdk: [ignored_command] kryten/robot/play is answered with success and has no effect. CyTube has no `play` frame: the robot sends it, answers success, and nothing happens. Instead: `assignLeader`: what the leader's player does, everybody's does. To send it all the same, add --even-if-ignored\n",
    );
    expect(await call("kryten/robot/play", [...args, "--even-if-ignored"])).toMatchObject({
      status: 0,
      stdout: "done\n",
    });
  });

  it("takes arguments as a whole, from the command line, a file or the standard input; single ones count for more", async () => {
    const file = join(await scratchFolder(), "args.json");
    await writeFile(file, '{ "message": "from a file" }');
    const say = (...args: string[]) => call("kryten/robot/say", ["--channel", "lounge", ...args]);
    await say("--args", '{ "message": "from the line" }');
    await say("--args", `@${file}`);
    await call("kryten/robot/say", ["--channel", "lounge", "--args", "-"], {
      env: { NATS_URL: server.url },
      input: '{ "message": "from the input" }',
    });
    await say("--args", `@${file}`, "--message", "more");
    const messages = heard.map((said) => (said as { args: { message: string } }).args.message);
    expect(messages).toEqual(["from the line", "from a file", "from the input", "more"]);
    expect(await say("--args", "{")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^kryten-sdk: --args /),
    });
  });

  it("is configured as programs are: the connection, and the channel when there is one", async () => {
    const file = join(await scratchFolder(), "config.yaml");
    await writeFile(
      file,
      [
        'nats: { servers: ["$' + '{WHERE}"] }',
        "channels: [{ domain: cytu.be, channel: attic }]",
        "service: { name: night-watch }",
      ].join("\n"),
    );
    const say = ["--config", file, "--message", "hi"];
    const { status, stderr } = await call("kryten/robot/say", say, { env: { WHERE: server.url } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(heard).toMatchObject([{ address: { channel: "attic" }, source: "night-watch" }]);
    expect(await call("kryten/robot/say", say)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/\[invalid_configuration\].*WHERE/s),
    });
  });

  it("sends what nobody answers, of a protocol of one's own", async () => {
    const own = { cwd: "test/fixtures/harbour", env: { NATS_URL: server.url } };
    const sing = ["--verse", "2", "--even-if-ignored"];
    expect(await call("harbour/crane/sing", sing, own)).toEqual({
      status: 0,
      stdout: "sent; nobody answers this command\n",
      stderr: "",
    });
    const lift = await call("harbour/crane/lift", ["--crate", '{"label": 5}', "--height", "high"], own);
    expect(lift.stderr).toBe(
      [
        "kryten-sdk: harbour/crane/lift cannot be sent like this:",
        "  --crate at /label must be a string, not 5",
        '  --height must be a number, not "high"',
        "",
      ].join("\n"),
    );
  });

  it("explains a command", async () => {
    const { status, stdout } = await call("kryten/robot/addvideo", ["--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Usage: kryten-sdk call kryten/robot/addvideo [options]");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      '--pos <value> Right after what plays, or at the end. ("next" or "end", by default "end")',
    );
    expect(stdout.indexOf("Arguments:")).toBeLessThan(stdout.indexOf("Address:"));
  });
});
