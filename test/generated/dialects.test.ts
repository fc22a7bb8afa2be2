import { afterEach, describe, expect, it } from "vitest";
import type { RobotClient } from "../../generated/kryten/client.js";
import { kryten } from "../../generated/kryten/messages.js";
import type { ChatMsgEvent } from "../../generated/kryten/types.js";
import { createClient } from "../../runtime/client/client.js";
import type { ProtocolError } from "../../runtime/error.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { encode } from "../../runtime/protocol/codec.js";
import { simulate } from "../../runtime/testing/simulate.js";
import { createTestBed } from "../../runtime/testing/test-bed.js";

// The page that the project was founded on spells the subjects otherwise than the programs that run.
const dialects = ["live", "documented"] as const;
const lounge = { domain: "cytu.be", channel: "Lounge" };
const here = { channels: [lounge], service: { name: "tester" } };
const line: ChatMsgEvent = { username: "alice", msg: "hi", meta: {}, time: 1795169412055 };

const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** A bus, what is published on it, what was refused, and clients by dialect. */
function world() {
  const broker = createMemoryBroker();
  const published: { readonly subject: string; readonly body: unknown }[] = [];
  const refused: string[] = [];
  broker.observe(({ subject, data }) => {
    if (subject.startsWith("kryten.")) published.push({ subject, body: jsonIn(data) });
  });
  const connect = (dialect: string) => {
    const onInvalid = ({ code }: ProtocolError) => refused.push(code);
    const client = createClient(kryten, broker.connect(), { ...here, dialect, onInvalid });
    endings.push(() => client.close());
    return client;
  };
  /** Sends a request as the page has it, from a program that knows nothing of this package. */
  const ask = async (subject: string, body: object) => {
    const { data } = await broker.connect().request(subject, encode(body), { timeout: 1000 });
    return jsonIn(data);
  };
  return { broker, published, refused, connect, ask };
}

function jsonIn(data: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(data));
}

/** What is found when each of the page's robot commands is called. */
async function callAll(robot: RobotClient) {
  return {
    restart: await robot.restart(),
    halt: await robot.halt(),
    say: await robot.sendChat({ message: "Hello humans" }),
    pm: await robot.sendPm({ to: "bob", message: "Hello" }),
    ping: await robot.ping(),
    stats: await robot.getStats(),
  };
}

const answers = {
  restart: { message: "Restarting connection" },
  halt: { message: "Halting connection" },
  say: {},
  pm: {},
  ping: {
    pong: true as const,
    service: "robot",
    version: "1.12.4",
    uptime_seconds: 1,
    timestamp: "2026-11-20T10:00:00Z",
  },
  stats: { uptime_seconds: 1, messages_published: 3 },
};

const robot = {
  restart: () => answers.restart,
  halt: () => answers.halt,
  sendChat: () => answers.say,
  sendPm: () => answers.pm,
  ping: () => answers.ping,
  getStats: () => answers.stats,
};

describe.each([
  ["live", "kryten.events.cytube.lounge.chatmsg", "kryten.robot.command"],
  ["documented", "kryten.cytube.lounge.chatMsg", "kryten.command.robot"],
])("in the dialect %s", (dialect, eventSubject, commandSubject) => {
  it(`an event travels on ${eventSubject}, and is heard by who speaks it alone`, async () => {
    const { broker, published, connect } = world();
    const heard: string[] = [];
    for (const other of dialects) connect(other).on("chatMsg", ({ payload }) => heard.push(`${other} ${payload.msg}`));
    connect(dialect).publish("chatMsg", line);
    await broker.idle();

    expect(published).toMatchObject([
      { subject: eventSubject, body: { event_name: "chatMsg", payload: line, ...lounge } },
    ]);
    expect(heard).toEqual([`${dialect} hi`]);
  });

  it(`the commands of the page go to ${commandSubject}, and their answers come back`, async () => {
    const { published, connect } = world();
    await simulate(connect(dialect), "robot", robot);
    expect(await callAll(connect(dialect).channel(lounge).robot)).toEqual(answers);

    expect(new Set(published.map(({ subject }) => subject))).toEqual(new Set([commandSubject]));
    expect(published.map(({ body }) => (body as { readonly command: string }).command)).toEqual([
      "restart",
      "halt",
      "say",
      "pm",
      "system.ping",
      "system.stats",
    ]);
  });

  it("requests and replies have the form that the page gives", async () => {
    const { connect, ask, refused } = world();
    await simulate(connect(dialect), "robot", robot);
    const meta = { source: "a", timestamp: "2026-11-20T10:00:00Z", request_id: "b" };

    expect(await ask(commandSubject, { command: "say", args: { message: "hi" }, meta })).toMatchObject({
      service: "robot",
      command: "say",
      success: true,
    });
    expect(await ask(commandSubject, { command: "system.ping", args: {}, meta })).toEqual({
      service: "robot",
      command: "system.ping",
      success: true,
      data: answers.ping,
    });
    const refusal = await ask(commandSubject, { command: "say", args: {}, meta });
    expect(refusal).toMatchObject({ service: "robot", command: "say", success: false });
    expect(refusal).toHaveProperty("error", expect.stringContaining("message"));
    expect(refused).toEqual(["invalid_request"]);
  });

  it("a test bed speaks it too", async () => {
    const bed = await createTestBed(kryten, { ...here, dialect });
    endings.push(() => bed.close());
    bed.client.on("chatMsg", async (_, { channel }) => void (await channel.robot.sendChat({ message: "pong" })));
    await bed.emit("chatMsg", lounge, { msg: "!ping" });

    expect(bed.commands("robot")).toMatchObject([{ command: "say", args: { message: "pong" } }]);
    expect(bed.errors).toEqual([]);
  });
});

describe("a service that listens in both dialects", () => {
  it("answers clients of either", async () => {
    const { connect } = world();
    await simulate(connect("live"), "robot", robot, { dialects });
    for (const dialect of dialects) expect(await callAll(connect(dialect).channel(lounge).robot)).toEqual(answers);
  });

  it("is asked once where both have the same subject", async () => {
    const { connect, published } = world();
    const asked: string[] = [];
    const blessedAdd = ({ username }: { readonly username: string }) => {
      asked.push(username);
      return { username, blessed: [username] };
    };
    await simulate(connect("live"), "playlist", { blessedAdd }, { dialects });
    for (const dialect of dialects) {
      const { playlist } = connect(dialect).channel(lounge);
      await playlist.blessedAdd({ requested_by: "root", username: dialect });
    }

    expect(asked).toEqual(dialects);
    expect(new Set(published.map(({ subject }) => subject))).toEqual(new Set(["kryten.playlist.cmd.blessed_add"]));
  });
});

describe("the playlist service of the page", () => {
  const subjects = { live: "kryten.playlist.command", documented: "kryten.command.playlist" };
  const add = { command: "add", args: { url: "https://youtu.be/dQw4w9WgXcQ", pos: "end" } };

  it.each(dialects)("can be written, and called, in the dialect %s", async (dialect) => {
    const { connect, published } = world();
    const uids: unknown[] = [];
    await simulate(connect(dialect), "playlist-documented", {
      add: () => ({ uid: 7 }),
      delete: ({ uid }) => {
        uids.push(uid);
        return {};
      },
    });
    const playlist = connect(dialect).channel(lounge).playlistDocumented;

    expect(await playlist.add({ url: add.args.url, pos: "end" })).toEqual({ uid: 7 });
    expect(await playlist.move({ uid: 7, pos: 1 })).toEqual({});
    expect(await playlist.shuffle()).toEqual({});
    expect(await playlist.delete({ uid: 7 })).toEqual({});
    expect(uids).toEqual([7]);
    expect(published.map(({ subject }) => subject)).toEqual(Array(4).fill(subjects[dialect]));
    expect(published[0]?.body).toEqual({
      ...add,
      meta: { source: "tester", timestamp: expect.any(String), request_id: expect.any(String) },
    });
  });

  it("answers as the page says, on both subjects at once", async () => {
    const { connect, ask, refused } = world();
    await simulate(connect("live"), "playlist-documented", { add: () => ({ uid: 7 }) }, { dialects });
    for (const subject of Object.values(subjects)) {
      const answered = { service: "playlist", command: "add", success: true, data: { uid: 7 } };
      expect(await ask(subject, add)).toEqual(answered);
      const refused = { service: "playlist", command: "add", success: false, error: expect.stringContaining("url") };
      expect(await ask(subject, { command: "add", args: {} })).toEqual(refused);
      const unknown = { service: "playlist", command: "burn", success: false, error: expect.stringContaining("burn") };
      expect(await ask(subject, { command: "burn", args: {} })).toEqual(unknown);
    }
    expect(refused).toEqual(["invalid_request", "unknown_command", "invalid_request", "unknown_command"]);
  });
});
