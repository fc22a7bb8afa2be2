/**
 * One program in several channels: what is said in one after `!all` is said in the others.
 *
 * Run it: `NATS_URL=nats://localhost:4222 CHANNELS=lounge,movies npx tsx examples/multi-channel.ts`
 */
import { type Client, connect, type KrytenContract, kryten } from "kryten-sdk";
import { isMain } from "./is-main.js";

const prefix = "!all ";

/** Relays lines between all channels of the client. */
export function relay(client: Client<KrytenContract>): void {
  client.on("chatMsg", async ({ payload: { username, msg } }, { channel: here }) => {
    if (!msg.startsWith(prefix)) return;
    const message = `[${here.address.channel}] ${username}: ${msg.slice(prefix.length)}`;
    const others = client.channels.filter((channel) => channel !== here);
    await Promise.all(others.map((channel) => channel.robot.sendChat({ message })));
  });
}

if (isMain(import.meta.url)) {
  const client = await connect(kryten, {
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: (process.env.CHANNELS ?? "lounge,movies").split(","),
    service: { name: "multi-channel", version: "1.0.0" },
  });
  relay(client);
  console.log("connected; Ctrl+C ends it");
  await client.run();
}
