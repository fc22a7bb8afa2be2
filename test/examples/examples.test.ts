/** Every example does what it says, on the test bed. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { analyse } from "../../examples/analytics.js";
import { keepLog } from "../../examples/chat-log.js";
import { dj } from "../../examples/dj-bot.js";
import { takeCare } from "../../examples/lifecycle-and-state.js";
import { moderate } from "../../examples/moderator-bot.js";
import { relay } from "../../examples/multi-channel.js";
import { type KrytenContract, kryten, refusal } from "../../generated/index.js";
import { type Code, type Interceptor, ProtocolError } from "../../runtime/index.js";
import { createTestBed, type TestBed } from "../../runtime/testing.js";

let bed: TestBed<KrytenContract>;
beforeEach(async () => {
  bed = await createTestBed(kryten, { channels: ["lounge", "movies"] });
});
afterEach(() => bed.close());

const says = (username: string, msg: string, channel = "lounge") => bed.emit("chatMsg", channel, { username, msg });
const sent = () => bed.commands("robot").map(({ command, args }) => [command, args]);

test("the DJ queues what is asked for, and says so", async () => {
  dj(bed.client, "standby0000");
  await says("alice", "!play https://youtu.be/dQw4w9WgXcQ");
  expect(sent()).toEqual([
    ["addvideo", { type: "yt", id: "dQw4w9WgXcQ" }],
    ["say", { message: "alice: it is on the list" }],
  ]);
});

test("the DJ says why something is not queued", async () => {
  dj(bed.client, "standby0000");
  await bed.serve("robot", {
    addMedia: () => {
      throw refusal("queue_failed", "This item is already on the playlist");
    },
  });
  await says("alice", "!play https://youtu.be/dQw4w9WgXcQ");
  await says("bob", "!play something");
  expect(sent().slice(1)).toEqual([
    ["say", { message: "alice: CyTube would not take it (This item is already on the playlist)" }],
    ["say", { message: "bob: that is not the URL of a YouTube video" }],
  ]);
});

test("the DJ calls nothing a refusal that is none", async () => {
  const failures: Code[] = ["timeout", "no_responders"];
  const failing: Interceptor = ({ ref }, next) => {
    if (ref === "kryten/robot/addvideo")
      throw new ProtocolError(failures.shift() ?? "internal", "kryten.robot.command");
    return next();
  };
  const other = await createTestBed(kryten, { channels: ["lounge"], interceptors: [failing] });
  dj(other.client, "standby0000");
  for (const username of ["alice", "bob"]) {
    await other.emit("chatMsg", "lounge", { username, msg: "!play https://youtu.be/dQw4w9WgXcQ" });
  }
  const said = other.commands("robot").map(({ args }) => args);
  expect(said).toEqual([{ message: "alice: I have no answer; it may be on the list, or not" }]);
  expect(other.errors).toMatchObject([{ code: "handler_failed", cause: { code: "no_responders" } }]);
  await other.close();
});

test("the DJ skips for moderators alone", async () => {
  dj(bed.client, "standby0000");
  await bed.serve("robot", {
    getUser: ({ username }) => ({ user: { name: username, rank: username === "mod" ? 2 : 1 }, profile: null }),
  });
  await says("alice", "!skip");
  await says("mod", "!skip");
  expect(bed.commands("robot").filter(({ command }) => command === "playNext")).toHaveLength(1);
});

test("the DJ announces what plays, and fills an empty playlist", async () => {
  dj(bed.client, "standby0000");
  await bed.emit("changeMedia", "lounge", { title: "A song", duration: "03:00" });
  await bed.emit("setPlaylistMeta", "lounge", { count: 0 });
  expect(sent()).toEqual([
    ["say", { message: "Now playing: A song (03:00)" }],
    ["addvideo", { type: "yt", id: "standby0000" }],
  ]);
});

test("the moderator warns, then mutes, then kicks", async () => {
  moderate(bed.client, ["spoiler"]);
  for (const line of ["a SPOILER", "fine", "spoiler again", "and a spoiler"]) await says("eve", line);
  expect(sent()).toEqual([
    ["pm", { to: "eve", message: 'Please do not say "spoiler" here.' }],
    ["mute", { username: "eve" }],
    ["kick", { username: "eve", reason: 'said "spoiler" again' }],
  ]);
});

test("the statistics count users, titles and the peak", async () => {
  const statistics = analyse(bed.client);
  await says("alice", "hi");
  await says("alice", "there");
  await says("[server]", "alice joined");
  await bed.emit("changeMedia", "lounge", { title: "A film" });
  for (const count of [3, 7, 5]) await bed.client.channel("lounge").publish("usercount", count);
  await bed.settled();
  expect(statistics).toEqual({ lines: new Map([["alice", 2]]), played: ["A film"], peak: 7 });
});

test("the log of chat has what was said while it was away", async () => {
  let log = "";
  const write = async (line: string) => {
    log += line.replace(/^\S+ /, "");
  };
  const first = await keepLog(bed.client, write);
  await says("alice", "hi");
  first.stop();
  await says("bob", "is the log away?", "movies");
  expect(log).toBe("[lounge] alice: hi\n");
  await keepLog(bed.client, write);
  await bed.settled();
  expect(log).toBe("[lounge] alice: hi\n[movies] bob: is the log away?\n");
});

test("a line for all is said in the other channels", async () => {
  relay(bed.client);
  await says("alice", "!all film at nine", "movies");
  expect(bed.commands("robot")).toMatchObject([
    { channel: "lounge", command: "say", args: { message: "[movies] alice: film at nine" } },
  ]);
});

test("the caretaker says who is in the channel, and which services are alive", async () => {
  const lines: string[] = [];
  await takeCare(bed.client, (line) => lines.push(line));
  const stats = bed.connect({ service: { name: "userstats", version: "0.9.1" } });
  await stats.announce();
  await bed.connect({ service: { name: "economy" } }).announce();
  await stats.close();
  await bed.client.channel("lounge").state.users.put([{ name: "alice", rank: 2 }]);
  await says("alice", "!status");
  expect(sent()).toEqual([["say", { message: "1 users are here. Alive: economy" }]]);
  expect(lines).toEqual(["userstats 0.9.1 appeared", "economy 0.0.0 appeared", "userstats 0.9.1 stopped"]);
});

test("the caretaker stops when all are asked to restart", async () => {
  const lines: string[] = [];
  await takeCare(bed.client, (line) => lines.push(line));
  const robot = bed.connect({ service: { name: "robot" } });
  robot.publishLifecycle("groupRestart", { initiator: "robot", reason: "new configuration", delay_seconds: 0 });
  await expect.poll(() => bed.client.health().connected).toBe(false);
  expect(lines).toEqual(["robot wants a restart: new configuration"]);
});
