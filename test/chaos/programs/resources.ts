/**
 * A program that uses one feature after the other, each with clients of its own, and says of each what is left of it when they
 * are closed: sockets and timers, those included that keep no process alive. Then it ends by itself.
 */
import { createHook } from "node:async_hooks";
import { type Client, createClient } from "../../../runtime/client/client.js";
import { serveHttp } from "../../../runtime/http/index.js";
import { connectNats } from "../../../runtime/nats/connection.js";
import { loggerOf } from "../../../runtime/observe/logger.js";
import { type WeatherContract, weather } from "../../runtime/fixture-protocol.js";
import { startNatsServer } from "../../support/nats-server.js";
import { until } from "../../support/until.js";
import { station } from "./every-feature.js";

const kept = new Set(["Timeout", "TCPWRAP", "TCPSERVERWRAP", "TLSWRAP", "GETADDRINFOREQWRAP"]);
const live = new Map<number, string>();
createHook({
  init: (id, type) => void (kept.has(type) && live.set(id, type)),
  destroy: (id) => void live.delete(id),
}).enable();

const server = await startNatsServer();
const silent = loggerOf(() => () => undefined);
const forever = () => new Promise<never>(() => undefined);

type Weather = Client<WeatherContract>;

/** Two clients, of which the first is used, and the second there to be talked to. */
const features: Readonly<Record<string, (client: Weather, other: Weather) => unknown>> = {
  connection: () => undefined,
  events: async (client, other) => {
    client.on("reading", forever);
    client.on("*", () => undefined);
    client.onUnknown(() => undefined);
    await client.flush();
    other.publish("reading", { celsius: 1 });
    other.publish("reading", { celsius: 2 });
    await other.flush();
    await client.flush();
  },
  loop: (client) => {
    const follow = async () => {
      for await (const _ of client.events("gust")) await forever();
    };
    follow();
    return client.flush();
  },
  requests: async (client, other) => {
    await other.serve("station", { ...station, ping: forever });
    const { measure, ping } = client.channel("Oslo").station;
    await measure({ sensor: "roof" });
    ping().catch(() => undefined);
    await client.flush();
  },
  service: async (client, other) => {
    const asked = new Promise<void>((resolve) => {
      client.serve("station", {
        ...station,
        ping: () => {
          resolve();
          return forever();
        },
      });
    });
    await client.flush();
    other
      .channel("Oslo")
      .station.ping()
      .catch(() => undefined);
    await asked;
  },
  lifecycle: async (client, other) => {
    client.onLifecycle("alive", () => undefined);
    client.onRestart(() => undefined);
    await client.announce();
    other.publishLifecycle("restart", { reason: "new", wait: 60 });
    await other.flush();
    await client.flush();
  },
  registry: async (client, other) => {
    const registry = await client.registry();
    await other.announce();
    await until("the other", () => registry.isAlive("resources"));
  },
  state: async (client) => {
    const { note } = client.channel("Oslo").state;
    await note.put("x");
    await note();
    await note.watch(forever);
  },
  durable: async (client, other) => {
    const heard = new Promise<void>((resolve) => {
      client.durable("alarm", { name: "resources" }, () => {
        resolve();
        return forever();
      });
    });
    await until("an alarm", async () => {
      other.publish("alarm", { reason: "ice" });
      return Promise.race([heard.then(() => true), other.flush().then(() => false)]);
    });
  },
  http: async (client) => {
    const { port } = await serveHttp(client, { port: 0, host: "127.0.0.1" });
    await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  },
};

const others = process.getActiveResourcesInfo();

/** What clients have, by kind: what keeps the process alive, and what does not. */
function resources(): readonly string[] {
  globalThis.gc?.();
  const rest = [...others];
  const active = process.getActiveResourcesInfo().filter((name) => {
    const known = rest.indexOf(name);
    if (known >= 0) rest.splice(known, 1);
    return known < 0 && name !== "Immediate";
  });
  return [...active, ...live.values()].sort();
}

async function connected(url: string): Promise<Weather> {
  return createClient(weather, await connectNats({ servers: url, reconnectTimeWait: 20 }), {
    channels: ["Oslo"],
    service: { name: "resources", heartbeatInterval: 50 },
    logger: silent,
  });
}

/** Looks until nothing is left, or for long enough. Without a timer, which would be one more. */
async function leftovers(): Promise<readonly string[]> {
  const deadline = performance.now() + 5_000;
  while (resources().length > 0 && performance.now() < deadline) await new Promise(setImmediate);
  return resources();
}

for (const [feature, use] of Object.entries(features)) {
  const [client, other] = [await connected(server.url), await connected(server.url)];
  await use(client, other);
  const used = resources();
  await client.close();
  await other.close();
  process.stdout.write(`${JSON.stringify({ feature, used, left: await leftovers() })}\n`);
}
await server.stop();
