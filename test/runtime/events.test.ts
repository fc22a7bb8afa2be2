import { describe, expect, it, vi } from "vitest";
import { type Client, createClient } from "../../runtime/client/client.js";
import { Wire } from "../../runtime/protocol/wire.js";
import type { Delivery } from "../../runtime/transport/transport.js";
import { bytes, json, onBothBuses, parsed } from "../support/brokers.js";
import { alarm, clock, reading, type WeatherContract, weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;

/** A message as a station would send it. */
function message(fields: object = {}): object {
  return { event_name: "reading", payload: { celsius: 3 }, station: "Oslo", region: "north", ...fields };
}

onBothBuses((bus) => {
  const subject = bus.spelled("weather.events.oslo.reading");
  /** What a client is told of readings. */
  async function listening(options: Parameters<typeof bus.client<WeatherContract>>[1] = here) {
    const watched = await bus.client(weather, options);
    const events: unknown[] = [];
    watched.client.on("reading", (event) => events.push(event));
    await watched.client.flush();
    return { ...watched, events };
  }

  async function sent(client: Client<WeatherContract>, ...messages: readonly (readonly [string, Uint8Array])[]) {
    const transport = await bus.transport();
    for (const [to, data] of messages) transport.publish(to, data);
    await transport.flush();
    await client.flush();
    await client.settled();
  }

  describe("an event", () => {
    it("arrives with its payload, and with where, when and by which name", async () => {
      const { client, events, invalid } = await listening();
      const timestamp = "2026-11-20T10:00:00.000Z";
      await sent(client, [subject, json(message({ timestamp, id: "7" }))]);
      expect(invalid).toEqual([]);
      expect(events).toEqual([
        {
          name: "reading",
          payload: { celsius: 3 },
          address: { region: "north", station: "Oslo" },
          channel: "Oslo",
          timestamp,
          id: "7",
          subject,
        },
      ]);
    });

    it("may leave out its time and its id, and may say more than the schema", async () => {
      const { client, events } = await listening();
      await sent(client, [subject, json(message({ payload: { celsius: 3, wind: 4 }, extra: true }))]);
      expect(events).toMatchObject([{ timestamp: undefined, id: undefined, payload: { celsius: 3, wind: 4 } }]);
    });

    it("is sent in its envelope, with a new id and the time", async () => {
      const { client } = await bus.client(weather, here);
      const seen: Delivery[] = [];
      const transport = await bus.transport();
      transport.subscribe("weather.>", (delivery) => seen.push(delivery));
      await transport.flush();
      client.publish("reading", { celsius: 4 });
      client.channel("oslo").publish(reading, { celsius: 5 }, { id: "5", timestamp: "2026-11-20T10:00:00.000Z" });
      client.publish(alarm, { reason: "ice" });
      await vi.waitFor(() => expect(seen.length).toBe(3));
      expect(seen.map(({ subject: to, data }) => [to, parsed(data)])).toEqual([
        [
          subject,
          message({
            payload: { celsius: 4 },
            id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
            timestamp: expect.stringMatching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$/),
          }),
        ],
        [subject, message({ payload: { celsius: 5 }, id: "5", timestamp: "2026-11-20T10:00:00.000Z" })],
        ["weather.alarms.oslo", expect.objectContaining({ event_name: "alarm", payload: { reason: "ice" } })],
      ]);
    });

    it("is not sent when its payload is wrong, or says what the schema does not know", async () => {
      const { client } = await bus.client(weather, here);
      const wrong = { celsius: "warm" } as unknown as { celsius: number };
      expect(() => client.publish("reading", wrong)).toThrow(
        /^\[invalid_message\] the payload: \/celsius must be a number/,
      );
      const unknown = { celsius: 1, wind: 2 };
      expect(() => client.publish("reading", unknown)).toThrow(/^\[invalid_message\]/);
    });

    it("may be a scalar, have a subject of its own, or share its token with another", async () => {
      const { client } = await bus.client(weather, here);
      const seen: unknown[] = [];
      client.on("gust", ({ payload }) => seen.push(payload));
      client.on("alarm", ({ payload }) => seen.push(payload.reason));
      client.on("windShift", ({ payload }) => seen.push(payload));
      client.on("windshift", ({ payload }) => seen.push(payload));
      await client.flush();
      client.publish("gust", 12);
      client.publish("alarm", { reason: "ice" });
      client.publish("windShift", "west");
      client.publish("windshift", 0.5);
      await vi.waitFor(() => expect(seen.length).toBe(4));
      expect(new Set(seen)).toEqual(new Set([12, "ice", "west", 0.5]));
    });

    it("is found by its name in the body where names share a token, asked for or not", async () => {
      const { client, invalid } = await bus.client(weather, here);
      const seen: unknown[] = [];
      client.on("windShift", ({ payload }) => seen.push(payload));
      await client.flush();
      client.publish("windshift", 0.5);
      client.publish("windShift", "west");
      await vi.waitFor(() => expect(seen).toEqual(["west"]));
      expect(invalid).toEqual([]);
    });

    it("follows the subjects of the client's dialect", async () => {
      const { client } = await bus.client(weather, { ...here, dialect: "exact" });
      const seen: string[] = [];
      client.on("windShift", (event) => seen.push(event.subject));
      await client.flush();
      client.publish("windShift", "west");
      await vi.waitFor(() => expect(seen).toEqual(["weather.oslo.windShift"]));
    });

    it("of a protocol without an address belongs to no channel", async () => {
      const { client } = await bus.client(clock);
      const seen: unknown[] = [];
      client.on("tick", ({ payload, channel, address, name }) => seen.push({ payload, channel, address, name }));
      await client.flush();
      client.publish("tick", { second: 1 });
      await vi.waitFor(() => expect(seen.length).toBe(1));
      expect(seen).toEqual([{ payload: { second: 1 }, channel: undefined, address: {}, name: "tick" }]);
    });
  });

  describe("handlers", () => {
    it("of one channel share a single subscription", async () => {
      const transport = await bus.transport();
      const subscribe = vi.spyOn(transport, "subscribe");
      const client = createClient(weather, transport, { channels: ["Oslo", "Bergen"] });
      for (let count = 0; count < 3; count++) client.on("reading", () => undefined);
      client.on("gust", () => undefined);
      expect(subscribe.mock.calls.map(([to]) => to)).toEqual(
        ["oslo", "bergen"].map((station) => bus.spelled(`weather.events.${station}.*`)),
      );
    });

    it("get the channel it happened in, to answer there", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo", "Bergen"] });
      const seen: unknown[] = [];
      client.on("reading", (event, { channel, subject: to }) => {
        seen.push([channel === client.channel(event.channel), to]);
        channel.publish("gust", 1);
      });
      client.channel("Bergen").on("gust", ({ channel }) => seen.push(channel));
      await client.flush();
      client.channel("Bergen").publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen).toEqual([[true, bus.spelled("weather.events.bergen.reading")], "Bergen"]));
    });

    it("of a channel hear nothing of another", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo", "Bergen"] });
      const seen: string[] = [];
      client.channel("Oslo").on("reading", ({ channel }) => seen.push(channel));
      client.on("gust", ({ channel }) => seen.push(`gust ${channel}`));
      await client.flush();
      client.channel("Bergen").publish("reading", { celsius: 1 });
      client.channel("Bergen").publish("gust", 1);
      client.channel("Oslo").publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen).toContain("Oslo"));
      expect(seen.sort()).toEqual(["Oslo", "gust Bergen"]);
    });

    it("hear nothing more once stopped, and the others do", async () => {
      const { client, events } = await listening();
      const seen: unknown[] = [];
      const registration = client.on("reading", (event) => seen.push(event));
      client.publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(events.length).toBe(1));
      registration.stop();
      registration.stop();
      client.publish("reading", { celsius: 2 });
      await vi.waitFor(() => expect(events.length).toBe(2));
      expect(seen.length).toBe(1);
    });

    it("can be added again after the last was stopped", async () => {
      const { client } = await bus.client(weather, here);
      const seen: number[] = [];
      for (const round of [1, 2]) {
        const registration = client.on("reading", ({ payload }) => seen.push(payload.celsius));
        await client.flush();
        client.publish("reading", { celsius: round });
        await vi.waitFor(() => expect(seen.length).toBe(round));
        registration.stop();
        client.publish("reading", { celsius: -1 });
        await client.flush();
      }
      expect(seen).toEqual([1, 2]);
    });

    it("of events that do not exist are refused, with the nearest name", async () => {
      const { client } = await bus.client(weather, here);
      // @ts-expect-error: there is no such event
      expect(() => client.on("redaing", () => undefined)).toThrow(
        /weather has no event "redaing"; did you mean "reading"\?/,
      );
    });
  });

  describe("messages that belong elsewhere", () => {
    it("are not delivered, upper and lower case aside, and are nobody's fault", async () => {
      const { client, events, invalid } = await listening();
      await sent(
        client,
        [subject, json(message({ region: "south" }))],
        [subject, json(message({ station: "Os!lo" }))],
        [subject, json(message({ region: "south", payload: "wrong" }))],
        [subject, json(message({ region: "NORTH", station: "OSLO" }))],
      );
      expect(invalid).toEqual([]);
      expect(events).toMatchObject([{ address: { region: "NORTH", station: "OSLO" }, channel: "OSLO" }]);
    });
  });

  describe("events that the protocol does not know", () => {
    const wire = new Wire(weather, bus.dialect);
    const subjectOf = (event: string) => wire.eventSubject(undefined).build({ station: "Oslo", event });

    it("go to the handler for them, and only those do", async () => {
      const { client, invalid } = await bus.client(weather, here);
      const seen: unknown[] = [];
      const registration = client.onUnknown(({ name, payload, channel }) => seen.push([name, payload, channel]));
      client.on("windShift", () => undefined);
      await client.flush();
      const said = (event_name: string, fields: object = {}) =>
        [subjectOf(event_name), json(message({ event_name, payload: 2, ...fields }))] as const;
      await sent(
        client,
        said("Snow", { payload: [1] }),
        said("WINDSHIFT"),
        said("windshift"),
        said("gust"),
        said("Snow", { station: "Bergen" }),
      );
      expect(seen).toEqual([
        ["Snow", [1], "Oslo"],
        ["WINDSHIFT", 2, "Oslo"],
      ]);
      expect(invalid).toEqual([]);
      registration.stop();
      await sent(client, said("Snow"));
      expect(seen.length).toBe(2);
    });

    it("are not looked at when there is none", async () => {
      const { client, events, invalid } = await listening();
      await sent(client, ["weather.events.oslo.snow", bytes("{")], [subject, json(message())]);
      expect(events.length).toBe(1);
      expect(invalid).toEqual([]);
    });
  });
});
