/**
 * A bot that answers `!ping`.
 *
 * Run it: `NATS_URL=nats://localhost:4222 CHANNEL=lounge npx tsx examples/echo-bot.ts`
 */
import { type Client, type ConnectOptions, connect, type KrytenContract, kryten } from "kryten-sdk";
import { isMain } from "./is-main.js";

/** Connects and answers every `!ping` in the configured channels with `pong`. */
export async function startEchoBot(options: ConnectOptions<KrytenContract>): Promise<Client<KrytenContract>> {
  const client = await connect(kryten, { ...options, service: { name: "echo-bot", version: "1.0.0" } });
  client.on("chatMsg", async (event, { channel }) => {
    if (event.payload.msg === "!ping") await channel.robot.sendChat({ message: "pong" });
  });
  return client;
}

if (isMain(import.meta.url)) {
  const client = await startEchoBot({
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: [process.env.CHANNEL ?? "lounge"],
  });
  console.log("connected; Ctrl+C ends it");
  await client.run();
}
