/**
 * A caretaker: knows which services are on the bus, answers `!status` with what the robot keeps about the channel, shows its
 * own health over HTTP, and stops when all services are asked to restart, for its supervisor to start it again.
 *
 * Run it: `NATS_URL=nats://localhost:4222 CHANNEL=lounge HTTP_PORT=8080 npx tsx examples/lifecycle-and-state.ts`
 */
import { type Client, connect, type KrytenContract, kryten } from "kryten-sdk";
import { serveHttp } from "kryten-sdk/http";
import { isMain } from "./is-main.js";

/** Makes the client a caretaker. `log` is told what changes on the bus. */
export async function takeCare(client: Client<KrytenContract>, log: (line: string) => void): Promise<void> {
  const registry = await client.registry();
  registry.onChange(({ kind, instance: { service, version } }) => log(`${service} ${version} ${kind}`));

  client.on("chatMsg", async ({ payload: { msg } }, { channel }) => {
    if (msg !== "!status") return;
    const users = (await channel.state.users())?.value ?? [];
    const alive = registry.instances().filter(({ status }) => status === "alive");
    const services = [...new Set(alive.map(({ service }) => service))].sort().join(", ");
    await channel.robot.sendChat({ message: `${users.length} users are here. Alive: ${services}` });
  });

  client.onRestart(async ({ source = "somebody", reason = "no reason" }) => {
    log(`${source} wants a restart: ${reason}`);
    await client.drain(`restart: ${reason}`);
  });
}

if (isMain(import.meta.url)) {
  const client = await connect(kryten, {
    servers: process.env.NATS_URL ?? "nats://localhost:4222",
    channels: [process.env.CHANNEL ?? "lounge"],
    service: { name: "caretaker", version: "1.0.0" },
  });
  await serveHttp(client, { port: Number(process.env.HTTP_PORT ?? 8080) });
  await takeCare(client, console.log);
  console.log("connected; Ctrl+C ends it");
  await client.run();
}
