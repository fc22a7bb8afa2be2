import { Counter, Registry } from "prom-client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { connect } from "../../runtime/client/connect.js";
import { type HttpEndpoint, type HttpOptions, serveHttp, type WatchableClient } from "../../runtime/http/index.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { loggerOf } from "../../runtime/observe/logger.js";
import { bytes, onBothBuses } from "../support/brokers.js";
import { interruptible } from "../support/interruptible.js";
import { weather } from "./fixture-protocol.js";

const service = { name: "station", version: "1.2.3", instance: "one" };
const local = { host: "127.0.0.1", port: 0 } as const;
const silent = loggerOf(() => () => undefined);
const endpoints: HttpEndpoint[] = [];

afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
});

async function serving(client: WatchableClient, options: Partial<HttpOptions> = {}) {
  const endpoint = await serveHttp(client, { ...local, ...options });
  endpoints.push(endpoint);
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${endpoint.port}${path}`, init);
  /** The samples of the metrics whose names match. */
  const samples = async (names: RegExp, path = "/metrics") =>
    (await (await get(path)).text()).split("\n").filter((line) => !line.startsWith("#") && names.test(line));
  return { endpoint, get, samples };
}

onBothBuses((bus) => {
  describe("over HTTP", () => {
    it("the health of a client is 200 while it can do its work, and 503 while it cannot", async () => {
      const transport = interruptible(await bus.transport());
      const client = createClient(weather, transport, { service, logger: silent });
      const { get } = await serving(client);
      const healthy = await get("/health");
      expect([healthy.status, healthy.headers.get("content-type")]).toEqual([200, "application/json"]);
      expect(await healthy.json()).toMatchObject({ status: "healthy", service, counts: { invalid: 0 } });
      transport.tell("disconnected");
      const degraded = await get("/health?verbose");
      expect([degraded.status, await degraded.json()]).toMatchObject([503, { status: "degraded", connected: false }]);
    });

    it("a program is ready when its client is, and the program says so too", async () => {
      const { client } = await bus.client(weather);
      const isReady = vi.fn<() => boolean | Promise<boolean>>();
      const { get } = await serving(client, { isReady });
      for (const [answer, status] of [
        [() => true, 200],
        [async () => false, 503],
        [() => Promise.reject(new Error("no database")), 503],
      ] as const) {
        isReady.mockImplementationOnce(answer);
        const response = await get("/ready");
        expect([response.status, await response.json()]).toEqual([
          status,
          { ready: status === 200, status: "healthy" },
        ]);
      }
      const transport = interruptible(await bus.transport());
      const lost = await serving(createClient(weather, transport, { logger: silent }));
      transport.tell("disconnected");
      expect((await lost.get("/ready")).status).toBe(503);
    });

    it("metrics count events, what is refused, and what goes wrong", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo"], service });
      const { samples } = await serving(client);
      client.on("reading", () => undefined);
      client.on("gust", () => {
        throw new Error("broken");
      });
      await client.flush();
      for (const celsius of [1, 2]) client.publish("reading", { celsius });
      client.publish("gust", 1);
      const transport = await bus.transport();
      transport.publish("weather.events.oslo.reading", bytes("{"));
      await vi.waitFor(() => expect([client.counts.invalid, client.counts.errors]).toEqual([1, 1]));
      expect((await samples(/_total|_count/)).filter((line) => line.startsWith("weather_")).sort()).toEqual([
        'weather_errors_total{message="weather/events/gust",code="handler_failed"} 1',
        'weather_events_published_total{message="weather/events/gust"} 1',
        'weather_events_published_total{message="weather/events/reading"} 2',
        'weather_events_received_total{message="weather/events/gust"} 1',
        'weather_events_received_total{message="weather/events/reading"} 2',
        'weather_handler_duration_seconds_count{message="weather/events/gust",outcome="handler_failed"} 1',
        'weather_handler_duration_seconds_count{message="weather/events/reading",outcome="succeeded"} 2',
        'weather_invalid_messages_total{message="weather/events/reading",code="malformed_message"} 1',
        "weather_reconnections_total 0",
      ]);
    });

    it("metrics time requests on both sides, by outcome", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo"] });
      const { samples } = await serving(client);
      await client.serve("station", {
        measure: () => {
          throw new Error("broken");
        },
        ping: async () => {
          await new Promise((resolve) => setTimeout(resolve, 30));
          return { pong: true, station: "Oslo" } as const;
        },
        calibrate: () => ({}),
        history: () => [],
        blink: () => undefined,
      });
      const { station } = client.channel("Oslo");
      await station.ping();
      await expect(station.measure({ sensor: "roof" })).rejects.toThrow();
      expect((await samples(/^weather_(command|request)_.*_count/)).sort()).toEqual([
        'weather_command_duration_seconds_count{message="weather/station/measure",outcome="handler_failed"} 1',
        'weather_command_duration_seconds_count{message="weather/station/system.ping",outcome="succeeded"} 1',
        'weather_request_duration_seconds_count{message="weather/station/measure",outcome="handler_failed"} 1',
        'weather_request_duration_seconds_count{message="weather/station/system.ping",outcome="succeeded"} 1',
      ]);
      const [sum] = await samples(/^weather_command_duration_seconds_sum.*ping/);
      expect(Number(sum?.split(" ").at(-1))).toBeGreaterThan(0.025);
      expect(Number(sum?.split(" ").at(-1))).toBeLessThan(5);
    });

    it("metrics say who the client is and how its connection fares", async () => {
      const transport = interruptible(await bus.transport());
      const client = createClient(weather, transport, { service, logger: silent });
      const { samples } = await serving(client);
      const now = () => samples(/^weather_(connected|healthy|info|reconnections)/);
      const info = 'weather_info{service="station",version="1.2.3",instance_id="one",contract="weather"} 1';
      expect((await now()).sort()).toEqual([
        "weather_connected 1",
        "weather_healthy 1",
        info,
        "weather_reconnections_total 0",
      ]);
      transport.tell("disconnected");
      expect(await now()).toEqual(expect.arrayContaining(["weather_connected 0", "weather_healthy 0"]));
      transport.tell("reconnected");
      expect(await now()).toEqual(expect.arrayContaining(["weather_connected 1", "weather_reconnections_total 1"]));
      expect((await samples(/^weather_uptime_seconds /)).length).toBe(1);
    });

    it("others on the bus are told where", async () => {
      const listening = await bus.client(weather);
      const registry = await listening.client.registry();
      const client = await connect(weather, {
        transport: await bus.transport(),
        service: { ...service, announce: false },
      });
      const { endpoint } = await serving(client, { paths: { metrics: "/measured" } });
      await client.announce();
      const { port } = endpoint;
      await vi.waitFor(() =>
        expect(registry.instances("station")).toMatchObject([
          { endpoints: { health: { port, path: "/health" }, metrics: { port, path: "/measured" } } },
        ]),
      );
      expect(registry.instances()[0]?.endpoints).not.toHaveProperty("ready");
      await client.close();
    });

    it("nothing is left when the client is closed, or the endpoint", async () => {
      const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith("TCPServer"));
      await vi.waitFor(() => expect(sockets()).toEqual([]));
      for (const how of ["client", "endpoint"]) {
        const { client } = await bus.client(weather);
        const { endpoint, get } = await serving(client);
        expect(sockets().length).toBe(1);
        const open = await get("/health");
        await open.text();
        await (how === "client" ? client.close() : endpoint.close());
        await vi.waitFor(() => expect(sockets()).toEqual([]));
        await expect(get("/health")).rejects.toThrow();
      }
    });
  });
});

describe("the HTTP endpoint", () => {
  const client = () => createClient(weather, createMemoryBroker().connect());

  it("shows what it is told to, where it is told to", async () => {
    const { get } = await serving(client(), { paths: { health: "/alive", ready: false } });
    expect((await get("/alive")).status).toBe(200);
    for (const path of ["/health", "/ready", "/", "/alive/"]) expect((await get(path)).status).toBe(404);
  });

  it("answers GET and HEAD, and refuses all else", async () => {
    const { get } = await serving(client());
    const head = await get("/health", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await get("/health", { method: "POST", body: "{}" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("shows the metrics of the process, once however many endpoints there are", async () => {
    const [one, other] = [await serving(client()), await serving(client())];
    for (const { samples } of [one, other]) {
      expect((await samples(/^process_resident_memory_bytes /)).length).toBe(1);
    }
    const without = await serving(client(), { processMetrics: false });
    expect(await without.samples(/^process_/)).toEqual([]);
  });

  it("shows the program's own metrics, under names that do not clash", async () => {
    const registry = new Registry();
    new Counter({ name: "songs_total", help: "Songs.", registers: [registry] }).inc();
    const { samples } = await serving(client(), { registry, prefix: "my_" });
    expect(await samples(/^songs_total|^my_connected|^weather_|^process_/)).toEqual([
      "my_connected 1",
      "songs_total 1",
    ]);
  });

  it("a program that cannot say whether it is ready is not", async () => {
    const asked = vi.fn(() => new Promise<boolean>(() => undefined));
    const { get } = await serving(client(), { isReady: asked });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const answer = get("/ready");
      await vi.waitFor(() => expect(asked).toHaveBeenCalled());
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await answer).status).toBe(503);
    } finally {
      vi.useRealTimers();
    }
  });

  it("says what is wrong when a page cannot be made", async () => {
    const registry = { metrics: () => Promise.reject(new Error("no such metric")) };
    const { get } = await serving(client(), { registry });
    const response = await get("/metrics");
    expect([response.status, await response.text()]).toEqual([500, "[internal] no such metric\n"]);
  });

  it("does not start where it cannot", async () => {
    const { endpoint } = await serving(client());
    await expect(serving(client(), { port: endpoint.port })).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("EADDRINUSE"),
    });
    for (const paths of [{ health: "health" }, { health: "/metrics" }, { ready: "/a b" }]) {
      await expect(serving(client(), { paths })).rejects.toThrow(/^\[invalid_argument\] the path/);
    }
    await expect(serving(client(), { prefix: "my-" })).rejects.toThrow(/^\[invalid_argument\].*"my-"/);
    for (const port of [-1, 65_536, 80.5, "8080x" as unknown as number]) {
      await expect(serving(client(), { port })).rejects.toThrow(
        `[invalid_argument] port must be a whole number from 0 to 65535, not ${JSON.stringify(port)}`,
      );
    }
    const closed = client();
    await closed.close();
    await expect(serving(closed)).rejects.toMatchObject({ code: "connection_closed" });
  });
});
