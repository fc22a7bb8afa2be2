/**
 * A log of chat that has every line, also those that were said while it was being updated, or while the disk was full.
 *
 * Run it: `NATS_URL=nats://localhost:4222 CHANNEL=lounge LOG=chat.log npx tsx examples/chat-log.ts`
 */
import { appendFile } from "node:fs/promises";
import { type Client, connect, type KrytenContract, kryten, later, type Registration } from "kryten-sdk";
import { isMain } from "./is-main.js";

/** Writes down each line of chat, of all channels of the client. Several programs may share the work. */
export async function keepLog(
  client: Client<KrytenContract>,
  write: (line: string) => Promise<void>,
): Promise<Registration> {
  return client.durable("chatMsg", { name: "chat-log" }, async ({ payload, channel, timestamp = "?" }) => {
    try {
      await write(`${timestamp} [${channel}] ${payload.username}: ${payload.msg}\n`);
    } catch (reason) {
      // A full disk is no fault of the line, which is kept until it can be written, however often that takes.
      throw later(30_000, `cannot write: ${reason}`);
    }
  });
}

if (isMain(import.meta.url)) {
  const client = await connect(kryten, {
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: [process.env.CHANNEL ?? "lounge"],
    service: { name: "chat-log", version: "1.0.0" },
  });
  await keepLog(client, (line) => appendFile(process.env.LOG ?? "chat.log", line));
  await client.deadLetters("events", { name: "chat-log-lost" }, ({ id, message }) => console.error(id, message));
  console.log("connected; Ctrl+C ends it");
  await client.run();
}
