import { describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient } from "../../runtime/client/client.js";
import { connect } from "../../runtime/client/connect.js";
import { json, onBothBuses } from "../support/brokers.js";
import { startNatsServer } from "../support/nats-server.js";
import { clock, reading, type WeatherContract, weather } from "./fixture-protocol.js";

const kiel = { region: "south", station: "Kiel" };
const everywhere = { channels: ["Oslo", "Bergen", kiel] } as const;

onBothBuses((bus) => {
  /** A client, and the stations that it may hear of. */
  async function listening(options: ClientOptions<WeatherContract> = everywhere) {
    const watched = await bus.client(weather, options);
    const { client: sender } = await bus.client(weather, everywhere);
    const stations = { oslo: sender.channel("Oslo"), bergen: sender.channel("Bergen"), kiel: sender.channel(kiel) };
    /** Resolves when all that was sent has reached the client. */
    const arrived = async () => {
      await sender.flush();
      await watched.client.flush();
    };
    return { ...watched, ...stations, arrived };
  }

  /** How many subscriptions a client has, and the client. */
  async function counting() {
    const transport = await bus.transport();
    const open = new Set<object>();
    const subscribe = transport.subscribe.bind(transport);
    vi.spyOn(transport, "subscribe").mockImplementation((...parts) => {
      const subscription = subscribe(...parts);
      open.add(subscription);
      vi.spyOn(subscription, "unsubscribe").mockImplementationOnce(() => open.delete(subscription));
      return subscription;
    });
    return { client: createClient(weather, transport, { channels: ["Oslo"] }), open };
  }

  describe("a handler of all events", () => {
    it("gets every event that the protocol knows, once each and in order, those with subjects of their own too", async () => {
      const { client, oslo, invalid } = await listening({ channels: ["Oslo"] });
      const seen: unknown[] = [];
      client.on("*", (event) => {
        if (event.name === "reading") seen.push(event.payload.celsius);
        else seen.push([event.name, event.payload]);
      });
      await client.flush();
      oslo.publish("reading", { celsius: 1 });
      oslo.publish("gust", 2);
      oslo.publish("windShift", "west");
      oslo.publish("windshift", 3);
      oslo.publish("reading", { celsius: 4 });
      oslo.publish("alarm", { reason: "ice" });
      await vi.waitFor(() => expect(seen).toHaveLength(6));
      const usual = seen.filter((each) => JSON.stringify(each) !== '["alarm",{"reason":"ice"}]');
      expect(usual).toEqual([1, ["gust", 2], ["windShift", "west"], ["windshift", 3], 4]);
      expect(invalid).toEqual([]);
    });

    it("gets one event of a channel at a time", async () => {
      const { client, oslo } = await listening();
      let running = 0;
      const most: number[] = [];
      client.channel("Oslo").on("*", async () => {
        most.push(++running);
        await Promise.resolve();
        running--;
      });
      await client.flush();
      for (let count = 0; count < 10; count++) oslo.publish(count % 2 === 0 ? "gust" : "windshift", count);
      await vi.waitFor(() => expect(most).toEqual(Array(10).fill(1)));
    });

    it("does not get what the protocol does not know, and takes nothing from the others", async () => {
      const { client, invalid, arrived } = await listening({ channels: ["Oslo"] });
      const seen: string[] = [];
      client.on("*", ({ name }) => seen.push(name));
      client.on("gust", ({ name }) => seen.push(`${name} alone`));
      client.onUnknown(({ name }) => seen.push(`${name} unknown`));
      await client.flush();
      const transport = await bus.transport();
      for (const event_name of ["snow", "gust"]) {
        const message = { event_name, payload: 2, station: "Oslo", region: "north" };
        transport.publish(`weather.events.oslo.${event_name}`, json(message));
      }
      await transport.flush();
      await arrived();
      await client.settled();
      expect(seen).toEqual(["snow unknown", "gust", "gust alone"]);
      expect(invalid).toEqual([]);
    });

    it("is reported as what it is when it throws, and goes on", async () => {
      const { client, errors, oslo } = await listening({ channels: ["Oslo"] });
      client.on("*", () => Promise.reject(new Error("broken")));
      await client.flush();
      oslo.publish("gust", 1);
      oslo.publish("gust", 2);
      const failure = {
        code: "handler_failed",
        ref: "weather/events/*",
        subject: bus.spelled("weather.events.oslo.gust"),
      };
      await vi.waitFor(() => expect(errors).toMatchObject([failure, failure]));
    });

    it("leaves no subscription behind when it is stopped", async () => {
      const { client, open } = await counting();
      const registration = client.on("*", () => undefined);
      expect(open.size).toBe(2);
      registration.stop();
      expect(open.size).toBe(0);
    });
  });

  describe("a handler for some channels", () => {
    it("hears of those whose address has these parts, upper and lower case aside", async () => {
      const { client, oslo, bergen, kiel, arrived } = await listening();
      const seen: string[] = [];
      client.on("gust", { region: "NORTH" }, ({ channel }) => seen.push(`north ${channel}`));
      client.on("gust", { station: "kiel" }, ({ channel }) => seen.push(`kiel ${channel}`));
      client.on("*", { region: "north", station: "OSLO" }, ({ channel, name }) => seen.push(`oslo ${name} ${channel}`));
      client.on(reading, {}, ({ channel }) => seen.push(`reading ${channel}`));
      await client.flush();
      for (const station of [oslo, bergen, kiel]) station.publish("gust", 1);
      oslo.publish("reading", { celsius: 1 });
      await arrived();
      await client.settled();
      expect(seen.sort()).toEqual([
        "kiel Kiel",
        "north Bergen",
        "north Oslo",
        "oslo gust Oslo",
        "oslo reading Oslo",
        "reading Oslo",
      ]);
    });

    it("hears what its sender spells in another way", async () => {
      const { client, arrived } = await listening({ channels: ["Oslo"] });
      const seen: string[] = [];
      client.on("gust", { station: "oslo" }, ({ channel }) => seen.push(channel));
      await client.flush();
      const transport = await bus.transport();
      const message = { event_name: "gust", payload: 2, station: "OSLO", region: "North" };
      transport.publish("weather.events.oslo.gust", json(message));
      await transport.flush();
      await arrived();
      await vi.waitFor(() => expect(seen).toEqual(["OSLO"]));
    });

    it("is refused where the client has no such channel, and where the address has no such part", async () => {
      const { client } = await listening();
      const handler = () => undefined;
      expect(() => client.on("gust", { station: "Bergn" }, handler)).toThrow(
        /^\[invalid_argument\] no channel of this client is in {"station":"Bergn"}; they are Oslo, Bergen/,
      );
      // @ts-expect-error: there is no such part
      expect(() => client.on("gust", { staton: "Oslo" }, handler)).toThrow(/did you mean "station"\?/);
    });

    it("takes functions alone", async () => {
      const { client } = await listening();
      const refused = /^\[invalid_argument\] a handler must be a function, not undefined/;
      expect(() => client.on("gust", undefined as never)).toThrow(refused);
      expect(() => client.onUnknown(undefined as never)).toThrow(refused);
      expect(() => client.onLifecycle("started", undefined as never)).toThrow(refused);
    });

    it("may name any channel where the client was started for none, but has to name one", async () => {
      const { client, oslo } = await listening({});
      const seen: number[] = [];
      client.on("gust", { station: "oslo" }, ({ payload }) => seen.push(payload));
      await client.flush();
      oslo.publish("gust", 1);
      await vi.waitFor(() => expect(seen).toEqual([1]));
      expect(() => client.on("gust", { region: "north" }, () => undefined)).toThrow(/lacks its "station"/);
    });
  });

  describe("one event", () => {
    it("can be waited for, and leaves no subscription behind", async () => {
      const { client, open } = await counting();
      const waiting = client.once("gust");
      expect(open.size).toBe(1);
      await client.flush();
      client.publish("reading", { celsius: 1 });
      client.publish("gust", 2);
      client.publish("gust", 3);
      expect(await waiting).toMatchObject({ name: "gust", payload: 2, channel: "Oslo" });
      expect(open.size).toBe(0);
      await client.close();
    });

    it("may be any, and in one of some channels", async () => {
      const { client, oslo, kiel } = await listening();
      const waiting = [
        client.once("*", { where: { region: "south" } }),
        client.channel(kiel.address).once("*"),
        client.once("gust"),
      ];
      await client.flush();
      oslo.publish("gust", 1);
      kiel.publish("windshift", 2);
      expect((await Promise.all(waiting)).map(({ payload }) => payload)).toEqual([2, 2, 1]);
    });

    it("is given up after its time, by its signal, and when the client is closed", async () => {
      const { client, open } = await counting();
      await expect(client.once("gust", { timeout: 5 })).rejects.toMatchObject({
        code: "timeout",
        rawMessage: "there was none of weather/events/gust within 5 ms",
      });
      const controller = new AbortController();
      const given = client.once("gust", { signal: controller.signal });
      controller.abort("enough");
      await expect(given).rejects.toMatchObject({ code: "cancelled", cause: "enough" });
      await expect(client.once("gust", { signal: controller.signal })).rejects.toMatchObject({ code: "cancelled" });
      const left = client.once("gust");
      expect(open.size).toBe(1);
      await Promise.all([client.close(), expect(left).rejects.toMatchObject({ code: "connection_closed" })]);
      expect(open.size).toBe(0);
    });

    it("cannot be one that does not exist, nor take no time", async () => {
      const { client } = await listening();
      await expect(client.once("gust", { timeout: 0 })).rejects.toThrow("timeout must be above 0");
      // @ts-expect-error: there is no such event
      await expect(client.once("gusts")).rejects.toThrow(/did you mean "gust"\?/);
    });
  });

  describe("a loop over events", () => {
    it("gets them in order, those that come while it is busy too, and ends where it is left", async () => {
      const { client, open } = await counting();
      const events = client.events("gust");
      await client.flush();
      for (const speed of [1, 2, 3, 4]) client.publish("gust", speed);
      await client.flush();
      const seen: number[] = [];
      for await (const { payload } of events) {
        seen.push(payload);
        await Promise.resolve();
        if (payload === 3) break;
      }
      expect(seen).toEqual([1, 2, 3]);
      expect(open.size).toBe(0);
      for await (const _ of events) seen.push(-1);
      expect(seen).toEqual([1, 2, 3]);
      await client.close();
    });

    it("may be over all events, and over those of some channels", async () => {
      const { client, oslo, bergen, kiel } = await listening();
      const events = client.events("*", { where: { region: "north" } });
      await client.flush();
      kiel.publish("gust", 1);
      oslo.publish("gust", 2);
      bergen.publish("reading", { celsius: 3 });
      const seen = new Map<string, string>();
      for await (const { name, channel } of events) if (seen.set(channel, name).size === 2) break;
      expect(Object.fromEntries(seen)).toEqual({ Oslo: "gust", Bergen: "reading" });
    });

    it("ends with its signal, also while it waits, and leaves no subscription behind", async () => {
      const { client, open } = await counting();
      const controller = new AbortController();
      const ended = (async () => {
        for await (const _ of client.events("*", { signal: controller.signal })) expect.unreachable();
      })();
      expect(open.size).toBe(2);
      controller.abort();
      await ended;
      expect(open.size).toBe(0);
      for await (const _ of client.events("gust", { signal: controller.signal })) expect.unreachable();
      expect(open.size).toBe(0);
      await client.close();
    });

    it("ends when the client is closed, whatever still waits", async () => {
      const { client, oslo, arrived } = await listening();
      const [idle, busy] = [client.events("gust"), client.events("gust")];
      await client.flush();
      for (const speed of [1, 2]) oslo.publish("gust", speed);
      await arrived();
      expect(await busy.next()).toMatchObject({ value: { payload: 1 } });
      await client.close();
      expect(await busy.next()).toEqual({ done: true, value: undefined });
      expect(await idle.next()).toEqual({ done: true, value: undefined });
    });

    it("is waited for when the client is drained, until it has seen all that came", async () => {
      const { client, oslo, arrived } = await listening();
      const seen: number[] = [];
      const looping = (async () => {
        for await (const { payload } of client.events("gust")) {
          await client.flush();
          seen.push(payload);
        }
      })();
      await client.flush();
      for (const speed of [1, 2, 3]) oslo.publish("gust", speed);
      await arrived();
      await client.drain();
      await looping;
      expect(seen).toEqual([1, 2, 3]);
    });

    it("holds up no handler, however long it takes", async () => {
      const { client, oslo, errors } = await listening({ ...everywhere, handlerTimeout: 20 });
      const seen: number[] = [];
      const events = client.events("gust");
      client.on("gust", ({ payload }) => seen.push(payload));
      await client.flush();
      for (const speed of [1, 2]) oslo.publish("gust", speed);
      expect(await events.next()).toMatchObject({ value: { payload: 1 } });
      await vi.waitFor(() => expect(seen).toEqual([1, 2]));
      // Longer than a handler may take: drained all the same, and nothing was lost to the loop before.
      await client.settled();
      expect(await events.next()).toMatchObject({ value: { payload: 2 } });
      expect(errors).toEqual([]);
    });

    it("keeps what is newest when more waits than may, and what was given up is counted", async () => {
      const { client, oslo, errors, arrived } = await listening({ ...everywhere, maxWaiting: 2 });
      const events = client.events("gust");
      await client.flush();
      for (const speed of [1, 2, 3, 4, 5]) oslo.publish("gust", speed);
      await arrived();
      await vi.waitFor(() => expect(client.counts.dropped).toBe(2));
      expect(errors).toMatchObject([{ code: "overloaded", ref: "weather/events/gust" }]);
      const seen: number[] = [];
      for await (const { payload } of events) if (seen.push(payload) === 3) break;
      expect(seen).toEqual([1, 4, 5]);
    });

    it("gives to each who asks, when several ask at once", async () => {
      const { client, oslo } = await listening();
      const events = client.events("gust");
      const asked = [events.next(), events.next(), events.next()];
      await client.flush();
      for (const speed of [1, 2]) oslo.publish("gust", speed);
      expect(await asked[0]).toMatchObject({ value: { payload: 1 } });
      expect(await asked[1]).toMatchObject({ value: { payload: 2 } });
      await events.return?.();
      expect(await asked[2]).toEqual({ done: true, value: undefined });
    });

    it("is refused over what does not exist", async () => {
      const { client } = await listening();
      // @ts-expect-error: there is no such event
      expect(() => client.events("gusts")).toThrow(/did you mean "gust"\?/);
      expect(() => client.events("gust", { where: { station: "Rome" } })).toThrow(/no channel of this client/);
    });

    it("may be of a protocol without an address", async () => {
      const { client } = await bus.client(clock);
      const waiting = client.once("*");
      await client.flush();
      client.publish("tick", { second: 1 });
      expect(await waiting).toMatchObject({ name: "tick", channel: undefined });
    });
  });
});

describe("when the server is gone for good", () => {
  it("loops and waits fail, and do not wait for ever", async () => {
    const server = await startNatsServer();
    const client = await connect(weather, { servers: server.url, reconnect: false, channels: ["Oslo"] });
    const one = client.once("gust");
    const loop = client.events("gust");
    const asked = loop.next();
    const lost = { code: "connection_failed" };
    const failing = [expect(one).rejects.toMatchObject(lost), expect(asked).rejects.toMatchObject(lost)];
    await server.crash();
    await Promise.all(failing);
    expect(await loop.next()).toEqual({ done: true, value: undefined });
    await client.close();
    await server.stop();
  });
});
