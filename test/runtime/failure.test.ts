/** What a client goes through on a real server. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Client } from "../../runtime/client/client.js";
import { connect } from "../../runtime/client/connect.js";
import { type Code, ProtocolError } from "../../runtime/error.js";
import { loggerOf } from "../../runtime/observe/logger.js";
import { freePorts } from "../support/free-ports.js";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../support/nats-server.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";

const crashes = 20;
const patience = { timeout: 20_000, interval: 20 };

async function server(options: NatsServerOptions = {}): Promise<NatsServer> {
  const started = await startNatsServer({ jetStream: false, ...options });
  onTestFinished(started.stop);
  return started;
}

const silent = loggerOf(() => () => undefined);

type Weather = Client<WeatherContract>;

async function client(servers: string | string[]): Promise<Weather> {
  const connected = await connect(weather, {
    servers,
    channels: ["Oslo"],
    reconnectTimeWait: 20,
    reconnectJitter: 20,
    noRandomize: true,
    requestTimeout: 300,
    logger: silent,
  });
  onTestFinished(() => connected.close());
  return connected;
}

const station = {
  measure: () => ({ celsius: 1 }),
  ping: () => ({ pong: true, station: "Oslo" }) as const,
  calibrate: () => ({}),
  history: () => [],
  blink: () => undefined,
};

/** Asks and tells all the time. Returns how requests ended, once it is stopped. */
function traffic(asking: Weather) {
  const outcomes = new Map<Code | "succeeded" | "untyped", number>();
  const count = (outcome: Code | "succeeded" | "untyped") => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    asking.publish("reading", { celsius: 1 });
    const request = asking
      .channel("Oslo")
      .station.ping()
      .then(() => count("succeeded"))
      .catch((reason) => count(reason instanceof ProtocolError ? reason.code : "untyped"))
      .then(() => void pending.delete(request));
    pending.add(request);
  }, 5);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return outcomes;
  };
}

/** Resolves when what the one says reaches the other, and the other answers. */
async function isBack(asking: Weather, listening: Weather): Promise<void> {
  let heard = 0;
  const registration = listening.on("reading", ({ payload }) => {
    if (payload.celsius === 100) heard += 1;
  });
  await vi.waitFor(async () => {
    asking.publish("reading", { celsius: 100 });
    await asking.channel("Oslo").station.ping();
    expect(heard).toBeGreaterThan(0);
  }, patience);
  registration.stop();
}

it(`a server that crashes ${crashes} times under traffic costs requests, and nothing else`, async () => {
  const running = await server();
  const [asking, serving] = [await client(running.url), await client(running.url)];
  await serving.serve("station", station);
  const heard = vi.fn();
  serving.on("reading", heard);
  await isBack(asking, serving);
  const stop = traffic(asking);
  for (let crash = 0; crash < crashes; crash += 1) {
    const before = heard.mock.calls.length;
    await running.crash();
    await running.restart();
    await vi.waitFor(() => expect(heard.mock.calls.length).toBeGreaterThan(before + 10), patience);
  }
  const outcomes = await stop();
  expect(outcomes.get("succeeded")).toBeGreaterThan(crashes);
  const expected = new Set(["succeeded", "timeout", "no_responders"]);
  expect([...outcomes.keys()].filter((outcome) => !expected.has(outcome))).toEqual([]);
  await isBack(asking, serving);
});

it("a cluster of three goes on when one of them crashes", async () => {
  const ports = await freePorts(3);
  const routes = ports.map((port) => `"nats-route://127.0.0.1:${port}"`).join(", ");
  const nodes = await Promise.all(
    ports.map((port, index) =>
      server({
        configuration: `server_name: node-${index}
          cluster { name: weather, listen: "127.0.0.1:${port}", routes: [${routes}] }`,
      }),
    ),
  );
  const urls = nodes.map(({ url }) => url);
  const [asking, serving] = [await client(urls), await client(urls.slice(2))];
  await serving.serve("station", station);
  await isBack(asking, serving);
  const statuses: string[] = [];
  asking.onStatus((status) => statuses.push(status.kind));
  await nodes[0]?.crash();
  await vi.waitFor(() => expect(statuses).toContain("reconnected"), patience);
  await isBack(asking, serving);
});

it("a client that is paused is dropped as a slow consumer, and is back when it goes on", async () => {
  const running = await server({ configuration: 'write_deadline: "200ms"\nmax_pending: 2000000' });
  const program = spawn(process.execPath, ["--import", "tsx", "test/fixtures/programs/listener.ts", running.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void program.kill("SIGKILL"));
  const said: unknown[] = [];
  createInterface(program.stdout).on("line", (line) => said.push(JSON.parse(line)));
  await vi.waitFor(() => expect(said).toEqual(["ready"]), patience);

  const telling = await client(running.url);
  program.kill("SIGSTOP");
  const load = { celsius: 1, sensor: "x".repeat(10_000) };
  await vi.waitFor(async () => {
    for (let count = 0; count < 100; count += 1) telling.publish("reading", load);
    await telling.flush();
    expect(running.log()).toContain("Slow Consumer Detected");
  }, patience);
  program.kill("SIGCONT");
  await vi.waitFor(() => {
    telling.publish("reading", { celsius: 0 });
    expect(said.slice(0, 3)).toEqual(["ready", "disconnected", "reconnecting"]);
    expect(said).toContain("reconnected");
    expect(said).toContain("heard");
  }, patience);
  program.kill("SIGTERM");
  await vi.waitFor(() => expect(program.exitCode).toBe(0), patience);
});

it("a program whose connection is lost for good ends with the reason", async () => {
  const running = await server();
  const connected = await connect(weather, {
    servers: running.url,
    channels: ["Oslo"],
    logger: silent,
    maxReconnectAttempts: 2,
    reconnectTimeWait: 10,
  });
  const ended = expect(connected.run()).rejects.toThrow(
    `[connection_failed] cannot connect to ${running.url}: nothing listens there`,
  );
  await running.crash();
  await ended;
});
