/**
 * Statistics of a channel: who talks, what was played, how many were there. It prints them once a minute.
 *
 * Run it: `NATS_URL=nats://localhost:4222 CHANNEL=lounge npx tsx examples/analytics.ts`
 */
import { type Client, connect, type KrytenContract, kryten } from "kryten-sdk";
import { isMain } from "./is-main.js";

/** What was counted. */
export interface Statistics {
  /** Lines of chat, by user. */
  readonly lines: ReadonlyMap<string, number>;
  /** Titles, in the order in which they were played. */
  readonly played: readonly string[];
  /** The most connections there were at one time. */
  readonly peak: number;
}

/** Counts from now on, over all channels of the client. */
export function analyse(client: Client<KrytenContract>): Statistics {
  const lines = new Map<string, number>();
  const played: string[] = [];
  const statistics = { lines, played, peak: 0 };

  client.on("chatMsg", ({ payload: { username } }) => {
    // CyTube's own lines come from names in brackets.
    if (!username.startsWith("[")) lines.set(username, (lines.get(username) ?? 0) + 1);
  });
  client.on("changeMedia", ({ payload: { title } }) => {
    played.push(title);
  });
  client.on("usercount", ({ payload }) => {
    statistics.peak = Math.max(statistics.peak, payload);
  });
  return statistics;
}

if (isMain(import.meta.url)) {
  const client = await connect(kryten, {
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: [process.env.CHANNEL ?? "lounge"],
    service: { name: "analytics", version: "1.0.0" },
  });
  const statistics = analyse(client);
  setInterval(() => console.log(statistics), 60_000).unref();
  console.log("connected; Ctrl+C ends it");
  await client.run();
}
