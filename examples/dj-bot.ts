/**
 * A DJ: queues what people ask for with `!play <YouTube URL>`, skips with `!skip` for moderators, says what plays, and puts
 * something on when the playlist has run dry.
 *
 * Run it: `NATS_URL=nats://localhost:4222 CHANNEL=lounge npx tsx examples/dj-bot.ts`
 */
import { type Channel, type Client, connect, isProtocolError, type KrytenContract, kryten } from "kryten-sdk";
import { isMain } from "./is-main.js";

type Room = Channel<KrytenContract>;

const youtube = /^https:\/\/(?:www\.youtube\.com\/watch\?v=|youtu\.be\/)([A-Za-z0-9_-]{11})$/;
const moderator = 2;

/** Makes the client a DJ. `standby` is the YouTube id of what plays when nobody asks for anything. */
export function dj(client: Client<KrytenContract>, standby: string): void {
  client.on("chatMsg", async ({ payload: { username, msg } }, { channel }) => {
    const [command, argument = ""] = msg.split(" ");
    if (command === "!play") await play(channel, username, argument);
    if (command === "!skip" && (await rankOf(channel, username)) >= moderator) await channel.robot.playNext();
  });

  client.on("changeMedia", async ({ payload: { title, duration } }, { channel }) => {
    await channel.robot.sendChat({ message: `Now playing: ${title} (${duration})` });
  });

  client.on("setPlaylistMeta", async ({ payload: { count } }, { channel }) => {
    if (count === 0) await channel.robot.addMedia({ type: "yt", id: standby });
  });
}

async function play(channel: Room, username: string, url: string): Promise<void> {
  const id = youtube.exec(url)?.[1];
  if (id === undefined) return say(channel, `${username}: that is not the URL of a YouTube video`);
  try {
    await channel.robot.addMedia({ type: "yt", id });
    await say(channel, `${username}: it is on the list`);
  } catch (reason) {
    const excuse = excuseFor(reason);
    if (excuse === undefined) throw reason;
    await say(channel, `${username}: ${excuse}`);
  }
}

/** What there is to tell people of a failure. All others are the operator's to know. */
function excuseFor(reason: unknown): string | undefined {
  if (!isProtocolError(reason)) return undefined;
  if (reason.code === "command_failed") return `CyTube would not take it (${reason.rawMessage})`;
  return reason.code === "timeout" ? "I have no answer; it may be on the list, or not" : undefined;
}

/** Events carry no rank, so the robot is asked. */
async function rankOf(channel: Room, username: string): Promise<number> {
  const { user } = await channel.robot.getUser({ username });
  return user?.rank ?? 0;
}

async function say(channel: Room, message: string): Promise<void> {
  await channel.robot.sendChat({ message });
}

if (isMain(import.meta.url)) {
  const client = await connect(kryten, {
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: [process.env.CHANNEL ?? "lounge"],
    service: { name: "dj-bot", version: "1.0.0" },
  });
  dj(client, "dQw4w9WgXcQ");
  console.log("connected; Ctrl+C ends it");
  await client.run();
}
