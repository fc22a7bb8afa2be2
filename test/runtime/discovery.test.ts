import { connect, type NatsConnection, type QueuedIterator, RequestStrategy } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { refusal } from "../../runtime/commands/service-error.js";
import { connectNats } from "../../runtime/nats/connection.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { json, onBothBuses, parsed } from "../support/brokers.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const program = { name: "weather-mast", version: "2.1.0-beta.1", instance: "mast-7" };

const handlers: WeatherContract["handlers"]["station"] = {
  measure: ({ sensor }) => {
    if (sensor === "broken") throw new Error("a wire is loose");
    return { celsius: 1 };
  },
  ping: () => ({ pong: true, station: "Oslo" }),
  calibrate: () => ({}),
  history: () => {
    throw refusal("too_old", "nothing is kept that long");
  },
  blink: () => undefined,
};

/** What a service says of itself, the same in all its answers. */
interface Identity {
  readonly name: string;
  readonly id: string;
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Endpoint {
  readonly name: string;
  readonly subject: string;
  readonly queue_group: string;
}

/** What the tools read of `$SRV.INFO`. */
interface Information extends Identity {
  readonly type: string;
  readonly description: string;
  readonly endpoints: readonly (Endpoint & { readonly metadata: Readonly<Record<string, string>> })[];
}

interface EndpointStatistics extends Endpoint {
  readonly num_requests: number;
  readonly num_errors: number;
  readonly last_error: string;
  readonly processing_time: number;
  readonly average_processing_time: number;
}

/** What the tools read of `$SRV.STATS`. */
interface Statistics extends Identity {
  readonly type: string;
  readonly started: string;
  readonly endpoints: readonly EndpointStatistics[];
}

async function ask<Answer>(transport: Transport, subject: string): Promise<Answer> {
  return parsed((await transport.request(subject, new Uint8Array(), { timeout: 2000 })).data) as Answer;
}

onBothBuses((bus) => {
  async function found() {
    const serving = await bus.client(weather, { ...here, service: program });
    const service = await serving.client.serve("station", handlers);
    const transport = await bus.transport();
    const { client: asking } = await bus.client(weather, here);
    return {
      ...serving,
      service,
      transport,
      station: asking.channel("Oslo").station,
      information: () => ask<Information>(transport, "$SRV.INFO.station"),
      statistics: async () => {
        const { endpoints } = await ask<Statistics>(transport, "$SRV.STATS.station");
        return Object.fromEntries(endpoints.map((endpoint) => [endpoint.name, endpoint]));
      },
    };
  }

  describe("a service", () => {
    it("says who it is, and which contract it speaks", async () => {
      const { transport } = await found();
      const answer = await ask<Identity>(transport, "$SRV.PING.station");
      expect(answer).toEqual({
        type: "io.nats.micro.v1.ping_response",
        name: "station",
        id: expect.stringMatching(/^[-\w]+$/),
        version: "2.1.0-beta.1",
        metadata: {
          protocol: "weather",
          protocol_version: "1.0.0",
          contract: "weather",
          program: "weather-mast",
          program_version: "2.1.0-beta.1",
          instance: "mast-7",
        },
      });
    });

    it.each(["PING", "INFO", "STATS"])("answers %s to those who ask all, by name, or for it alone", async (verb) => {
      const { transport } = await found();
      const { id } = await ask<Identity>(transport, "$SRV.PING.station");
      for (const subject of [`$SRV.${verb}`, `$SRV.${verb}.station`, `$SRV.${verb}.station.${id}`]) {
        expect(await ask(transport, subject)).toMatchObject({
          type: `io.nats.micro.v1.${verb.toLowerCase()}_response`,
          name: "station",
          id,
        });
      }
    });

    it("lists its commands as endpoints, each with the identity of its messages", async () => {
      const { information } = await found();
      const { description, endpoints } = await information();
      expect(description).toBe("The service station of the protocol weather 1.0.0.");
      expect(endpoints.map(({ name }) => name)).toEqual(["measure", "system_ping", "calibrate", "history", "blink"]);
      expect(endpoints[0]).toEqual({
        name: "measure",
        subject: bus.spelled("weather.station.command"),
        queue_group: expect.stringContaining(bus.spelled("weather.station.command")),
        metadata: { command: "measure", ref: "weather/station/measure", hash: "measure", dialect: bus.dialect },
      });
    });

    it("counts what it is asked, what fails and why, and how long it takes", async () => {
      const { station, statistics } = await found();
      await station.measure({ sensor: "roof" });
      await expect(station.measure({ sensor: "broken" })).rejects.toThrow();
      await expect(station.history({ limit: 1 })).rejects.toThrow();

      const { measure, history, system_ping: ping } = await statistics();
      expect(measure).toMatchObject({
        num_requests: 2,
        num_errors: 1,
        last_error: "handler_failed: handler failed",
      });
      expect(history).toMatchObject({ num_errors: 1, last_error: "too_old: nothing is kept that long" });
      const { processing_time: total = 0, average_processing_time: average } = measure ?? {};
      expect(Number.isSafeInteger(total) && total > 0).toBe(true);
      expect(average).toBe(Math.floor(total / 2));
      expect(ping).toEqual({
        name: "system_ping",
        subject: bus.spelled("weather.station.command"),
        queue_group: measure?.queue_group,
        num_requests: 0,
        num_errors: 0,
        last_error: "",
        processing_time: 0,
        average_processing_time: 0,
      });
    });

    it("counts the time of a handler that is waited for", async () => {
      const serving = await bus.client(weather, here);
      let within = 0;
      await serving.client.serve("station", {
        ...handlers,
        ping: async () => {
          const begun = performance.now();
          await new Promise((resolve) => setImmediate(resolve));
          within = performance.now() - begun;
          return { pong: true, station: "Oslo" };
        },
      });
      const begun = performance.now();
      await serving.client.channel("Oslo").station.ping();
      const around = performance.now() - begun;
      const { endpoints } = await ask<Statistics>(await bus.transport(), "$SRV.STATS.station");
      const time = (endpoints.find(({ name }) => name === "system_ping")?.processing_time ?? 0) / 1_000_000;
      expect(time).toBeGreaterThan(within - 0.001);
      expect(time).toBeLessThan(around + 0.001);
    });

    it("counts a request whose arguments are refused", async () => {
      const { transport, statistics } = await found();
      await transport.request("weather.station.command", json({ command: "measure", args: {} }), { timeout: 2000 });
      expect((await statistics())["measure"]).toMatchObject({
        num_requests: 1,
        num_errors: 1,
        last_error: expect.stringMatching(/^invalid_request: .*sensor/),
      });
    });

    it("says since when", async () => {
      const before = new Date().toISOString();
      const { transport } = await found();
      const { started } = await ask<Statistics>(transport, "$SRV.STATS.station");
      expect(started >= before && started <= new Date().toISOString()).toBe(true);
      expect(started).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    });

    it("is found no more once it is stopped", async () => {
      const { service, transport, client } = await found();
      service.stop();
      await client.flush();
      await expect(ask(transport, "$SRV.PING")).rejects.toMatchObject({ code: "no_responders" });
    });

    it("is not found when it does not want to", async () => {
      const { client } = await bus.client(weather, here);
      await client.serve("station", handlers, { discoverable: false });
      await expect(ask(await bus.transport(), "$SRV.PING")).rejects.toMatchObject({ code: "no_responders" });
    });

    it("has endpoints for each dialect that it listens in", async () => {
      const { client } = await bus.client(weather, here);
      await client.serve("station", handlers, { dialects: ["live", "exact"] });
      const { endpoints } = await ask<Information>(await bus.transport(), "$SRV.INFO.station");
      expect(endpoints.filter(({ name }) => name === "system_ping").map(({ subject }) => subject)).toEqual([
        "weather.station.command",
        "weather.command.station",
      ]);
      expect(endpoints.map(({ metadata }) => metadata["dialect"])).toContain("exact");
    });
  });

  it.each([
    ["1.0", "0.0.0"],
    ["v1.2.3", "0.0.0"],
    ["1.2.3+build.5", "1.2.3+build.5"],
  ])("the version %s of a program reads %s where only semantic versions are allowed", async (version, told) => {
    const { client } = await bus.client(weather, { ...here, service: { ...program, version } });
    await client.serve("station", handlers);
    expect(await ask(await bus.transport(), "$SRV.PING")).toMatchObject({
      version: told,
      metadata: { program_version: version },
    });
  });

  it("a program that has not said who it is can be found all the same", async () => {
    const { client } = await bus.client(weather, here);
    await client.serve("station", handlers);
    const { version, metadata } = await ask<Identity>(await bus.transport(), "$SRV.PING");
    expect(version).toBe("0.0.0");
    expect(metadata).toEqual({ protocol: "weather", protocol_version: "1.0.0", contract: "weather" });
  });

  it("names are written as NATS services may be called", async () => {
    const [measure] = Object.values(weather.services["station"]?.commands ?? {});
    if (measure === undefined) throw new Error("the station has no command");
    const commands = { measure: { ...measure, name: "system.measure", method: "measure" } };
    const odd = {
      ...weather,
      services: { station: { name: "station\u00e9", member: "station", answersTo: [], commands } },
    };
    const { client } = await bus.client(odd, here);
    await client.serve("station", handlers);
    const { name, endpoints } = await ask<Information>(await bus.transport(), "$SRV.INFO");
    expect(name).toBe("station_");
    expect(endpoints).toMatchObject([{ name: "system_measure", metadata: { command: "system.measure" } }]);
  });
});

describe("the client of NATS for services", () => {
  let server: NatsServer;
  let tools: NatsConnection;

  beforeAll(async () => {
    server = await startNatsServer();
    tools = await connect({ servers: server.url });
  });
  afterAll(async () => {
    await tools.close();
    await server.stop();
  });

  /** A finder that waits for so many answers. */
  function finder(maxMessages: number) {
    return tools.services.client({ strategy: RequestStrategy.Count, maxMessages, maxWait: 5000 });
  }

  async function all<T>(answers: Promise<QueuedIterator<T>>): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const answer of await answers) found.push(answer);
    return found;
  }

  it("finds every instance, and reads it as it reads a stock service", async () => {
    const instances = await Promise.all(
      ["a", "b"].map(async (instance) => {
        const client = createClient(weather, await connectNats({ servers: server.url }), {
          ...here,
          service: { ...program, instance },
        });
        await client.serve("station", handlers);
        return client;
      }),
    );
    const stock = await tools.services.add({ name: "stock", version: "1.0.0", metadata: { of: "nats" } });
    stock.addEndpoint("ping", { handler: (_, message) => message.respond(), metadata: { of: "nats" } });
    await tools.flush();

    const names = (await all(finder(3).ping())).map(({ name }) => name).toSorted();
    expect(names).toEqual(["station", "station", "stock"]);
    const ours = await all(finder(2).info("station"));
    expect(new Set(ours.map(({ id }) => id)).size).toBe(2);
    expect(ours.map(({ metadata }) => metadata?.["instance"]).toSorted()).toEqual(["a", "b"]);
    expect(await all(finder(1).ping("station", ours[1]?.id))).toMatchObject([{ id: ours[1]?.id }]);

    const [stockInfo] = await all(finder(1).info("stock"));
    expect(formOf(ours[0])).toEqual(formOf(stockInfo));
    const [stockStats] = await all(finder(1).stats("stock"));
    const [ownStats] = await all(finder(1).stats("station"));
    // The stock service leaves out the last error while there was none; the specification has an empty text.
    expect(formOf(ownStats)).toEqual({ ...formOf(stockStats), "endpoints/last_error": "string" });

    await stock.stop();
    for (const client of instances) await client.close();
  });
});

/** The types of the fields of an answer, and of its first endpoint. Metadata is the service's own. */
function formOf(answer: object | undefined): Record<string, string> {
  const fields = Object.entries(answer ?? {}).flatMap(([name, value]) => {
    if (name !== "endpoints") return [[name, typeof value]];
    return Object.entries(value[0]).map(([inner, of]) => [`endpoints/${inner}`, typeof of]);
  });
  return Object.fromEntries(fields);
}
