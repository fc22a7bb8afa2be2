/** What becomes of what a program sends while its connection is lost. */
import { describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient } from "../../runtime/client/client.js";
import { connect } from "../../runtime/client/connect.js";
import { attempts } from "../../runtime/commands/attempts.js";
import { ProtocolError } from "../../runtime/error.js";
import { loggerOf } from "../../runtime/observe/logger.js";
import type { Delivery } from "../../runtime/transport/transport.js";
import { json, onBothBuses, parsed } from "../support/brokers.js";
import { interruptible } from "../support/interruptible.js";
import { startNatsServer } from "../support/nats-server.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";
import { idle } from "./fixture-station.js";

const asked = "weather.station.command";
const pong = { success: true, data: { pong: true, station: "Oslo" } };
const silent = loggerOf(() => () => undefined);

/** Resolves when so many ms have gone by. What is tested holds however many they are. */
async function passed(duration: number): Promise<void> {
  const begun = performance.now();
  await vi.waitFor(() => expect(performance.now() - begun).toBeGreaterThan(duration), { interval: 1 });
}

onBothBuses((bus) => {
  /** A client whose connection is lost, all that arrives of what it sends, and what it reports. */
  async function lost(options: ClientOptions<WeatherContract> = {}) {
    const observing = await bus.transport();
    const arrived: unknown[] = [];
    const timeouts: (string | undefined)[] = [];
    const note = ({ data, respond, headers }: Delivery) => {
      const body = parsed(data) as { payload?: unknown; command?: string; args?: { times?: number } };
      arrived.push(body.payload ?? body.args?.times ?? body.command);
      timeouts.push(headers?.["Request-Timeout-Ms"]);
      respond?.(json(pong));
    };
    for (const subject of [asked, "weather.events.oslo.gust"]) observing.subscribe(subject, note);
    await observing.flush();
    const errors: ProtocolError[] = [];
    const published: string[] = [];
    const transport = interruptible(await bus.transport());
    const settings = { channels: ["Oslo"], dialect: bus.dialect, logger: silent } as const;
    const onError = (error: ProtocolError) => errors.push(error);
    const client = createClient(weather, transport, { ...settings, onError, ...options });
    client.observe({ published: (ref) => published.push(ref) });
    transport.tell("disconnected");
    return { client, transport, arrived, timeouts, errors, published, station: client.channel("Oslo").station };
  }

  describe("what is sent while there is no connection", () => {
    it("waits for it, and goes out in the order in which it was sent, before anything that comes later", async () => {
      const { client, transport, arrived, published, station } = await lost();
      client.onStatus(({ kind }) => kind === "reconnected" && client.publish("gust", 4));
      client.publish("gust", 1);
      const answer = station.ping();
      const unanswered = station.blink({ times: 2 });
      client.publish("gust", 3);
      const taken = client.flush();
      expect([arrived, published]).toEqual([[], []]);
      transport.tell("reconnected");
      expect(await answer).toEqual({ pong: true, station: "Oslo" });
      await Promise.all([unanswered, taken]);
      await vi.waitFor(() => expect(arrived).toEqual([1, "system.ping", 2, 3, 4]));
      expect(published).toEqual(Array(3).fill("weather/events/gust"));
    });

    it("is refused when none came in time: it was not sent, and is not sent later", async () => {
      const { client, transport, arrived, errors, published, station } = await lost({ requestTimeout: 20 });
      client.publish("gust", 1);
      const refused = { code: "not_connected", subject: bus.spelled(asked) };
      await expect(station.blink({ times: 2 })).rejects.toMatchObject(refused);
      await expect(station.ping({}, { timeout: 10 })).rejects.toThrow(
        "[not_connected] there was no connection within 10 ms, so it was not sent; it may be sent again",
      );
      const notSent = { code: "not_connected" };
      await expect(client.flush()).rejects.toMatchObject(notSent);
      await expect(client.serve("station", idle)).rejects.toMatchObject(notSent);
      await expect(client.durable("reading", { name: "ledger" }, () => undefined)).rejects.toMatchObject(notSent);
      await expect(client.publishDurable("reading", { celsius: 1 })).rejects.toMatchObject({ code: "not_connected" });
      await expect(client.channel("Oslo").state.latest()).rejects.toMatchObject({ code: "not_connected" });
      const subject = bus.spelled("weather.events.oslo.gust");
      expect(errors).toMatchObject([{ code: "not_connected", ref: "weather/events/gust", subject }]);
      transport.tell("reconnected");
      client.publish("gust", 5);
      await vi.waitFor(() => expect(arrived).toEqual([5]));
      expect(published).toEqual(["weather/events/gust"]);
    });

    it("is known to interceptors as what it is, whether they wait for it or not", async () => {
      const outcomes: unknown[] = [];
      const { client, errors } = await lost({
        requestTimeout: 10,
        interceptors: [
          ({ value }, next) => {
            if (value === 1) return Promise.resolve(next()).catch((reason) => outcomes.push(reason.code));
            next();
            return undefined;
          },
        ],
      });
      client.publish("gust", 1);
      client.publish("gust", 2);
      await vi.waitFor(() => expect(outcomes).toEqual(["not_connected"]));
      await vi.waitFor(() => expect(errors).toMatchObject([{ code: "not_connected", ref: "weather/events/gust" }]));
    });

    it("is given up by its caller, and by closing", async () => {
      const { client, transport, errors, station } = await lost();
      const controller = new AbortController();
      const given = station.ping({}, { signal: controller.signal });
      controller.abort();
      await expect(given).rejects.toMatchObject({ code: "cancelled" });
      client.publish("gust", 1);
      const closed = expect(station.ping()).rejects.toMatchObject({ code: "connection_closed" });
      await client.close();
      await closed;
      await vi.waitFor(() => expect(errors).toMatchObject([{ code: "connection_closed", ref: "weather/events/gust" }]));
      await transport.close();
    });

    it("is so much, and no more", async () => {
      const { client, errors, station } = await lost({ maxWaiting: 2 });
      for (const times of [1, 2, 3]) client.publish("gust", times);
      await expect(station.ping()).rejects.toMatchObject({ code: "overloaded" });
      expect(errors).toMatchObject([{ code: "overloaded", ref: "weather/events/gust" }]);
    });

    it("tells the service what is left of its time", async () => {
      const { transport, timeouts, station } = await lost();
      const answer = station.ping({}, { timeout: 60_000 });
      await passed(2);
      transport.tell("reconnected");
      await answer;
      expect(Number(timeouts[0])).toBeLessThan(60_000);
    });

    it("keeps its pace when the connection is back, also when it was lost while it waited for its turn", async () => {
      const { transport, arrived, station } = await lost({ pace: { lamp: { delay: 30 } } });
      const times: number[] = [];
      const { publish } = transport;
      vi.spyOn(transport, "publish").mockImplementation((...message) => {
        times.push(performance.now());
        publish(...message);
      });
      const lines = [1, 2, 3].map((count) => station.blink({ times: count }));
      transport.tell("reconnected");
      await lines[0];
      transport.tell("disconnected");
      // The turn of the second has come and gone.
      await passed(70);
      expect(times).toHaveLength(1);
      transport.tell("reconnected");
      await vi.waitFor(() => expect(arrived).toEqual([1, 2, 3]));
      const [, second = 0, third = 0] = times;
      expect(third - second).toBeGreaterThanOrEqual(30);
    });

    it("keeps its order when the connection is lost at one turn and back before the next", async () => {
      const { transport, arrived, station } = await lost({ pace: { lamp: { delay: 60 } } });
      const lines = [1, 2, 3].map((count) => station.blink({ times: count }));
      transport.tell("reconnected");
      await lines[0];
      transport.tell("disconnected");
      // The turn of the second has come, that of the third has not, unless the machine is slow.
      await passed(65);
      transport.tell("reconnected");
      await Promise.all(lines);
      await vi.waitFor(() => expect(arrived).toEqual([1, 2, 3]));
    });

    it("is sent again as often as the program wants, whatever it is: it was not sent before", async () => {
      const { client, transport, arrived } = await lost({ requestTimeout: 10, retry: { times: 10_000, delay: 1 } });
      const outcome = client
        .channel("Oslo")
        .station.measure({ sensor: "roof" })
        .catch(({ code }) => code);
      await passed(40);
      transport.tell("reconnected");
      await vi.waitFor(() => expect(arrived).toEqual(["measure"]));
      expect(await outcome).not.toBe("not_connected");
      expect(arrived).toEqual(["measure"]);
    });
  });

  it("a reply waits for the connection, too", async () => {
    const transport = interruptible(await bus.transport());
    const settings = { channels: ["Oslo"], dialect: bus.dialect, logger: silent } as const;
    const serving = createClient(weather, transport, settings);
    await serving.serve("station", {
      measure: () => {
        transport.tell("disconnected");
        return { celsius: 7 };
      },
      ping: () => ({ pong: true, station: "Oslo" }),
      calibrate: () => ({}),
      history: () => [],
      blink: () => undefined,
    });
    const { client } = await bus.client(weather, { channels: ["Oslo"] });
    const answer = client.channel("Oslo").station.measure({ sensor: "roof" });
    await vi.waitFor(() => expect(serving.health().connected).toBe(false));
    transport.tell("reconnected");
    expect(await answer).toEqual({ celsius: 7 });
    await serving.close();
  });
});

describe("attempts of which some were not sent", () => {
  const patience = { left: Number.POSITIVE_INFINITY, pause: async () => undefined };
  const outcomeOf = async (...codes: ("timeout" | "not_connected")[]) => {
    const left = [...codes];
    const attempt = async () => {
      throw new ProtocolError(left.shift() ?? "internal", "no");
    };
    return attempts(attempt, { times: codes.length - 1, delay: 1, maxDelay: 1 }, patience).catch((reason) => reason);
  };

  it("end with what became of those that were, and count them alone", async () => {
    expect(await outcomeOf("timeout", "not_connected", "timeout", "not_connected")).toMatchObject({
      code: "timeout",
      rawMessage: "no; it was sent 2 times",
      attempts: 2,
    });
    const unsent = await outcomeOf("not_connected", "not_connected");
    expect(unsent).toMatchObject({ code: "not_connected", rawMessage: "no" });
    expect(unsent.attempts).toBeUndefined();
  });
});

describe("a server that is away", () => {
  it("gets what was sent in the meantime when it is back, and not what was refused", async () => {
    const server = await startNatsServer();
    const settings = { servers: server.url, channels: ["Oslo"], reconnectTimeWait: 20, logLevel: "error" } as const;
    const errors: ProtocolError[] = [];
    const client = await connect(weather, {
      ...settings,
      requestTimeout: 60_000,
      onError: (each) => errors.push(each),
    });
    const seen: number[] = [];
    const handler = ({ payload }: { readonly payload: number }) => seen.push(payload);
    client.on("gust", handler);
    await client.flush();
    await server.crash();
    await vi.waitFor(() => expect(client.health().connected).toBe(false));
    const late = client.channel("Oslo").station.ping({}, { timeout: 20 });
    await expect(late).rejects.toMatchObject({ code: "not_connected" });
    for (const gust of [1, 2, 3]) client.publish("gust", gust);
    const flushed = client.flush();
    await server.restart();
    await flushed;
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 3]));
    expect(errors).toEqual([]);
    await client.close();
    await server.stop();
  });
});
