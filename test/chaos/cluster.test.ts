/** A cluster of three servers, of which the one in use is killed. */
import { connect } from "nats";
import { expect, it, onTestFinished, vi } from "vitest";
import { freePorts } from "../support/free-ports.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { startProgram } from "../support/program.js";
import { sizeOf } from "./size.js";
import { endsOf } from "./traffic.js";

const crashes = sizeOf("CRASHES", { usual: 1, full: 6 });
const patience = { timeout: 60_000, interval: 100 };

async function cluster(): Promise<readonly NatsServer[]> {
  const ports = await freePorts(3);
  const routes = ports.map((port) => `"nats-route://127.0.0.1:${port}"`).join(", ");
  const starting = ports.map(async (port, index) => {
    const configuration = `server_name: node-${index}
      cluster { name: weather, listen: "127.0.0.1:${port}", routes: [${routes}] }`;
    const node = await startNatsServer({ configuration });
    onTestFinished(node.stop);
    return node;
  });
  return Promise.all(starting);
}

/** Makes the bucket that the program uses, on all three servers. Returns what resolves when all three have all of it. */
async function makeReplicatedBucket(servers: string[]): Promise<() => Promise<void>> {
  const connection = await connect({ servers, maxReconnectAttempts: -1 });
  onTestFinished(() => connection.close());
  await vi.waitFor(() => connection.jetstream().views.kv("weather_Oslo", { replicas: 3 }), patience);
  const manager = await connection.jetstreamManager();
  return () =>
    vi.waitFor(async () => {
      const { leader, replicas } = (await manager.streams.info("KV_weather_Oslo")).cluster ?? {};
      const following = replicas?.filter(({ current, offline }) => current && offline !== true);
      expect({ leader, following: following?.length }).toEqual({ leader: expect.any(String), following: 2 });
    }, patience);
}

it("goes on with another one", { timeout: 600_000 }, async ({ annotate }) => {
  const nodes = await cluster();
  const urls = nodes.map(({ url }) => url);
  const allIsReplicated = await makeReplicatedBucket(urls);
  const program = startProgram("test/chaos/programs/traffic.ts", urls.join(","));
  await program.says((said) => expect(said).toContain("ready"));
  let used = nodes[0];
  for (let crash = 1; crash <= crashes; crash += 1) {
    // With two of three away at once, nothing can be kept.
    await allIsReplicated();
    await used?.crash();
    await program.says((said) => expect(said.at(-1)).toMatchObject({ back: crash }));
    await used?.restart();
    const { server } = program.said.at(-1) as { server: string };
    used = nodes.find(({ url }) => url.endsWith(server));
  }
  const ends = await endsOf(program);
  await annotate(
    `Of a cluster of three servers, the one in use was killed ${crashes} times, with state kept on all three. Everything ` +
      `went on with another one each time. ${ends}`,
  );
});
