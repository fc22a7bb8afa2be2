import { afterEach, describe, expect, it, vi } from "vitest";
import type { Client } from "../../runtime/client/client.js";
import { type ConnectOptions, connect } from "../../runtime/client/connect.js";
import type { ProtocolError } from "../../runtime/error.js";
import type { ServiceOptions } from "../../runtime/lifecycle/service-identity.js";
import { loggerOf } from "../../runtime/observe/logger.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { connectionLost } from "../../runtime/transport/transport-error.js";
import { json, onBothBuses, parsed, type TestBus } from "../support/brokers.js";
import { interruptible } from "../support/interruptible.js";
import { startNatsServer } from "../support/nats-server.js";
import { clock, type WeatherContract, weather } from "./fixture-protocol.js";

const who: ServiceOptions = { name: "station", version: "1.2.3", instance: "one", hostname: "mast" };
const silent = loggerOf(() => () => undefined);
const own = "weather.lifecycle.station";
const poll = "weather.lifecycle.census";

/** A lifecycle message, as it travels. */
interface Heard {
  readonly subject: string;
  readonly body: Record<string, unknown>;
}

/** Hears everything that is said on a bus about services. */
async function listenOn(transport: Transport) {
  const heard: Heard[] = [];
  transport.subscribe("weather.lifecycle.>", ({ subject, data }) =>
    heard.push({ subject, body: data.length === 0 ? {} : (parsed(data) as Record<string, unknown>) }),
  );
  await transport.flush();
  return {
    heard,
    /** The kinds of messages, once all that the client sent is there. */
    kinds: async (client?: Client<WeatherContract>) => {
      await client?.flush();
      await transport.flush();
      return heard.map(({ subject }) => subject.split(".").at(-1));
    },
  };
}

async function starting(bus: TestBus, options: ConnectOptions<WeatherContract>) {
  const errors: ProtocolError[] = [];
  const transport = options.transport ?? (await bus.transport());
  const client = await connect(weather, {
    logger: silent,
    onError: (error) => errors.push(error),
    ...options,
    transport,
  });
  return { client, errors };
}

afterEach(() => {
  vi.useRealTimers();
});

onBothBuses((bus) => {
  describe("a program that connects with a service", () => {
    it("says that it has started and is connected: who it is, since when, and what it speaks", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const endpoints = { health: { port: 8080, path: "/health" } };
      const { client } = await starting(bus, { service: { ...who, endpoints, metadata: { mood: "sunny" } } });
      expect(await kinds(client)).toEqual(["started", "joined"]);
      expect(heard[0]).toEqual({
        subject: `${own}.started`,
        body: {
          service: "station",
          version: "1.2.3",
          machine: "mast",
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          age: expect.any(Number),
          about: { id: "one", contract: "weather", every: 30, endpoints, mood: "sunny" },
        },
      });
      expect(heard[1]?.body).toMatchObject({ of: "NATS" });
      await client.close();
    });

    it("has an id of its own and the name of its machine, unless they are given", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const clients = [];
      for (const _ of [1, 2]) clients.push((await starting(bus, { service: { name: "station" } })).client);
      await kinds(clients[1]);
      const [first, , second] = heard.map(({ body }) => body);
      expect(first).toMatchObject({
        version: "0.0.0",
        machine: expect.stringMatching(/./),
        about: { id: expect.any(String) },
      });
      expect(second?.["about"]).not.toEqual(first?.["about"]);
      for (const client of clients) await client.close();
    });

    it("says that it is alive within the first second, and then at its interval", async () => {
      const { kinds } = await listenOn(await bus.transport());
      const transport = await bus.transport();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { client } = await starting(bus, { service: { ...who, heartbeatInterval: 10_000 }, transport });
      const started = ["started", "joined"];
      for (const [step, beats] of [
        [999, 0],
        [1, 1],
        [9_999, 1],
        [1, 2],
        [20_000, 4],
      ] as const) {
        vi.advanceTimersByTime(step);
        expect(await kinds(client)).toEqual([...started, ...Array(beats).fill("alive")]);
      }
      await client.close();
      vi.advanceTimersByTime(60_000);
      expect((await kinds()).slice(-1)).toEqual(["stopped"]);
    });

    it("says once that it stops, and why", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const { client } = await starting(bus, { service: who });
      await client.drain("new version");
      await client.close("again");
      await vi.waitFor(async () => expect(await kinds()).toEqual(["started", "joined", "stopped"]));
      expect(heard[2]).toMatchObject({ subject: `${own}.stopped`, body: { why: "new version", about: { id: "one" } } });
      const another = await starting(bus, { service: who });
      await another.client.close();
      await vi.waitFor(() => expect(heard.at(-1)?.body).toMatchObject({ why: "normal shutdown" }));
    });

    it("says so too when it is told to stop by a signal", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const { client } = await starting(bus, { service: who });
      const running = client.run();
      process.emit("SIGTERM");
      await running;
      await vi.waitFor(async () => expect((await kinds()).at(-1)).toBe("stopped"));
      expect(heard.at(-1)?.body).toMatchObject({ why: "told to stop by a signal" });
    });

    it("leaves no timer when its connection is closed by somebody else", async () => {
      const transport = await bus.transport();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { client } = await starting(bus, { service: who, transport });
      expect(vi.getTimerCount()).toBe(1);
      await transport.close();
      expect(vi.getTimerCount()).toBe(0);
      await client.close();
    });

    it("says that the connection was lost, and when, once it is back", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const transport = interruptible(await bus.transport());
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { client } = await starting(bus, { service: { ...who, heartbeatInterval: 10_000 }, transport });
      const said = ["started", "joined"];
      expect(await kinds(client)).toEqual(said);
      const early = Date.now();
      transport.tell("disconnected");
      const late = Date.now();
      vi.advanceTimersByTime(60_000);
      expect(await kinds()).toEqual(said);
      transport.tell("reconnected");
      vi.advanceTimersByTime(10_000);
      expect(await kinds(client)).toEqual([...said, "lost", "joined", "alive"]);
      expect(heard[2]?.body).toMatchObject({ of: "NATS", why: "connection lost" });
      const lostAt = Date.parse(String(heard[2]?.body["at"]));
      expect([lostAt >= early, lostAt <= late]).toEqual([true, true]);
      await client.close();
    });

    it("answers those who ask who is there: all who listen, and one who waits for a reply", async () => {
      const asking = await bus.transport();
      const { client } = await starting(bus, { service: who });
      const { heard, kinds } = await listenOn(await bus.transport());
      const reply = await asking.request(poll, json({}), { timeout: 1000 });
      expect(parsed(reply.data)).toMatchObject({ service: "station", about: { id: "one" } });
      expect(await kinds(client)).toContain("started");
      expect(heard.find(({ subject }) => subject === `${own}.started`)?.body).toEqual(parsed(reply.data));
      asking.publish(poll, new Uint8Array());
      await vi.waitFor(async () => expect((await kinds()).filter((kind) => kind === "started")).toHaveLength(2));
      await client.close();
    });

    it.each([
      ["startup", ["joined", "alive", "started", "stopped"]],
      ["connected", ["started", "alive", "started", "stopped"]],
      ["heartbeat", ["started", "joined", "started", "stopped"]],
      ["poll", ["started", "joined", "alive", "stopped"]],
      ["shutdown", ["started", "joined", "alive", "started"]],
    ])("leaves out %s when it is told to", async (role, said) => {
      const { kinds } = await listenOn(await bus.transport());
      const asking = await bus.transport();
      const transport = await bus.transport();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { client } = await starting(bus, { service: { ...who, lifecycle: { [role]: false } }, transport });
      vi.advanceTimersByTime(1000);
      await client.flush();
      asking.publish(poll, json({}));
      await asking.flush();
      await kinds(client);
      await client.close();
      expect((await kinds()).filter((kind) => kind !== "census")).toEqual(said);
    });

    it("says nothing at all when it is told to, or when the protocol has no messages for it", async () => {
      const transport = await bus.transport();
      const { kinds } = await listenOn(transport);
      const { client } = await starting(bus, { service: { ...who, lifecycle: false } });
      await client.close();
      const ticking = await connect(clock, { transport: await bus.transport(), service: who });
      await ticking.close();
      expect(await kinds()).toEqual([]);
    });

    it("waits with its announcement when it is told to, and is silent when it never makes it", async () => {
      const { kinds } = await listenOn(await bus.transport());
      const silent = await starting(bus, { service: { ...who, announce: false } });
      await silent.client.close();
      const { client } = await starting(bus, { service: { ...who, announce: false } });
      expect(await kinds(client)).toEqual([]);
      await client.announce();
      await client.announce();
      expect(await kinds(client)).toEqual(["started", "joined", "started"]);
      await client.close();
    });

    it("that could not announce itself at first goes on to say that it is alive when it can", async () => {
      const { kinds } = await listenOn(await bus.transport());
      const bare = await bus.transport();
      const flush = vi.fn(() => bare.flush()).mockRejectedValueOnce(connectionLost(undefined));
      const transport = { ...interruptible(bare), flush };
      const service = { ...who, announce: false, heartbeatInterval: 20 };
      const { client } = await starting(bus, { transport, service });
      await expect(client.announce()).rejects.toMatchObject({ code: "connection_failed" });
      expect(await kinds(client)).toEqual([]);
      await client.announce();
      await vi.waitFor(async () => expect((await kinds(client)).slice(0, 3)).toEqual(["started", "joined", "alive"]));
      await client.close();
    });

    it("tells what it learned about itself later", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const { client } = await starting(bus, { service: { ...who, metadata: { mood: "sunny" } } });
      client.describe({ endpoints: { metrics: { port: 1, path: "/metrics" } }, metadata: { load: 2 } });
      await client.announce();
      await kinds(client);
      expect(heard.at(-1)?.body["about"]).toMatchObject({
        endpoints: { metrics: { port: 1, path: "/metrics" } },
        mood: "sunny",
        load: 2,
      });
      await client.close();
    });

    it("says of its endpoints what its options say, rather than what it learned, and the rest of what it learned", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const endpoints = {
        health: { port: 80 },
        metrics: { path: "/measured" },
        nowhere: { path: "/nowhere" },
        page: { port: 82 },
      };
      const { client } = await starting(bus, { service: { ...who, endpoints } });
      client.describe({ endpoints: { health: { port: 1, path: "/ok" }, metrics: { port: 1, path: "/metrics" } } });
      await client.announce();
      await kinds(client);
      expect(heard.at(-1)?.body["about"]).toMatchObject({
        endpoints: {
          health: { port: 80, path: "/ok" },
          metrics: { port: 1, path: "/measured" },
          page: { port: 82, path: "/page" },
        },
      });
      await client.close();
    });

    it("tells of no endpoint whose port is not known", async () => {
      const { heard, kinds } = await listenOn(await bus.transport());
      const endpoints = { health: { path: "/healthy" }, metrics: { port: 9100 } };
      const { client } = await starting(bus, { service: { ...who, endpoints } });
      await kinds(client);
      expect(heard[0]?.body["about"]).toMatchObject({ endpoints: { metrics: { port: 9100, path: "/metrics" } } });
      expect(heard[0]?.body["about"]).not.toHaveProperty("endpoints.health");
      await client.close();
    });

    it("does not connect when what it says of itself cannot be said", async () => {
      const wrong = starting(bus, { service: { ...who, metadata: { id: "another" } } });
      await expect(wrong).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining('"id"') });
      const unnamed = starting(bus, { service: { ...who, name: "my station" } });
      await expect(unnamed).rejects.toMatchObject({ code: "invalid_subject" });
      const hasty = starting(bus, { service: { ...who, heartbeatInterval: 0 } });
      await expect(hasty).rejects.toThrow("heartbeatInterval must be above 0");
    });
  });

  describe("a client without a service", () => {
    it("has nothing to announce", async () => {
      const { client } = await bus.client(weather);
      await expect(client.announce()).rejects.toThrow(/^\[invalid_argument\].*give it a service/);
      expect(() => client.describe({})).toThrow(/^\[invalid_argument\]/);
    });
  });
});

describe("on a server that crashes and comes back", () => {
  it("a program says so, and goes on saying that it is alive", async () => {
    const server = await startNatsServer();
    const options = { servers: server.url, reconnectTimeWait: 20, logger: silent };
    const client = await connect(weather, { ...options, service: { ...who, heartbeatInterval: 20 } });
    const seen: string[] = [];
    for (const kind of ["lost", "joined", "alive"] as const) client.onLifecycle(kind, () => seen.push(kind));
    await client.flush();
    await server.crash();
    await vi.waitFor(() => expect(client.health().connected).toBe(false));
    seen.length = 0;
    await server.restart();
    await vi.waitFor(() => expect(seen.slice(0, 3)).toEqual(["lost", "joined", "alive"]), { timeout: 5000 });
    await client.close();
    await server.stop();
  });
});
