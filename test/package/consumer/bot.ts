// A consumer's bot: what a user of the package writes, compiled against the packed types.
import { type Client, connect, kryten } from "kryten-sdk";
import type { ChatMsgEvent, KrytenContract } from "kryten-sdk/kryten";

export function answer(client: Client<KrytenContract>): void {
  client.on("chatMsg", async (event, { channel }) => {
    const line: ChatMsgEvent = event.payload;
    if (line.msg === "!ping") await channel.robot.sendChat({ message: "pong" });
  });
}

export async function start(): Promise<void> {
  const client = await connect(kryten, {
    servers: "nats://localhost:4222",
    channels: [{ domain: "cytu.be", channel: "lounge" }],
    service: { name: "consumer", version: "1.0.0" },
  });
  answer(client);
  // @ts-expect-error: there is no such event
  client.on("chatMessage", () => undefined);
  // @ts-expect-error: the argument is called message
  await client.channel("lounge").robot.sendChat({ text: "hi" });
}
