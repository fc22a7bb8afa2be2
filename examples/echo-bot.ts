/**
 * A bot that answers `!ping`.
 *
 * Run it against a real robot: `NATS_URL=nats://localhost:4222 CHANNEL=lounge npx tsx examples/echo-bot.ts`
 */
import { pathToFileURL } from "node:url";
import { type Client, type ConnectOptions, connect, type KrytenContract, kryten } from "kryten-sdk";

/** Connects and answers every `!ping` in the configured channels with `pong`. */
export async function startEchoBot(options: ConnectOptions<KrytenContract>): Promise<Client<KrytenContract>> {
  const client = await connect(kryten, { ...options, service: { name: "echo-bot", version: "1.0.0" } });
  client.on("chatMsg", async (event, { channel }) => {
    if (event.payload.msg === "!ping") await channel.robot.sendChat({ message: "pong" });
  });
  return client;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const client = await startEchoBot({
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: [process.env.CHANNEL ?? "lounge"],
  });
  await client.run();
}
