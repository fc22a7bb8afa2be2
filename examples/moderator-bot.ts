/**
 * A moderator: warns who uses a forbidden word, mutes at the second time, and kicks at the third.
 *
 * Run it: `NATS_URL=nats://localhost:4222 CHANNEL=lounge FORBIDDEN=spoiler,ending npx tsx examples/moderator-bot.ts`
 */
import { type Client, connect, type KrytenContract, kryten } from "kryten-sdk";
import { isMain } from "./is-main.js";

/** Makes the client a moderator of the words, which are compared without case. */
export function moderate(client: Client<KrytenContract>, forbidden: readonly string[]): void {
  const offences = new Map<string, number>();

  client.on("chatMsg", async ({ payload: { username, msg }, channel: room }, { channel: { robot } }) => {
    const word = forbidden.find((each) => msg.toLowerCase().includes(each.toLowerCase()));
    if (word === undefined) return;
    const offender = `${room}/${username}`;
    const count = (offences.get(offender) ?? 0) + 1;
    offences.set(offender, count);
    if (count === 1) await robot.sendPm({ to: username, message: `Please do not say "${word}" here.` });
    if (count === 2) await robot.muteUser({ username });
    if (count >= 3) await robot.kickUser({ username, reason: `said "${word}" again` });
  });
}

if (isMain(import.meta.url)) {
  const client = await connect(kryten, {
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: [process.env.CHANNEL ?? "lounge"],
    service: { name: "moderator-bot", version: "1.0.0" },
  });
  moderate(client, (process.env.FORBIDDEN ?? "spoiler").split(","));
  console.log("connected; Ctrl+C ends it");
  await client.run();
}
