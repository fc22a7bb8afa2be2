import { describe, expect, it, vi } from "vitest";
import type { Protocol } from "../../runtime/protocol/message.js";
import { Latest } from "../../runtime/transport/latest.js";
import { json, onBothBuses, type TestBus } from "../support/brokers.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";

const towns = { channels: ["Oslo", "Bergen"] } as const;

/** The weather, with more said about its pings. */
function pinging(said: { readonly resultNamesAddress?: true; readonly replies?: number }): Protocol<WeatherContract> {
  const { station } = weather.services;
  const ping = station?.commands["ping"];
  if (station === undefined || ping === undefined) throw new Error("stations are not pinged any more");
  const commands = { ...station.commands, ping: { ...ping, ...said } };
  return { ...weather, services: { ...weather.services, station: { ...station, commands } } };
}

/** Answers each request with all of these, one after another. */
async function answering(bus: TestBus, subject: string, answers: readonly object[]) {
  const transport = await bus.transport();
  transport.subscribe(subject, ({ respond }) => {
    for (const answer of answers) respond?.(json(answer));
  });
  await transport.flush();
  return transport;
}

function pongFrom(station: string) {
  return { success: true, data: { pong: true, station } };
}

onBothBuses((bus) => {
  describe("of several replies", () => {
    it("the one is taken that comes from the address that was asked, where the result tells", async () => {
      await answering(bus, "weather.station.command", [pongFrom("Oslo"), pongFrom("BERGEN"), pongFrom("Oslo")]);
      const { client, errors } = await bus.client(pinging({ resultNamesAddress: true, replies: 2 }), towns);
      expect(await client.channel("Bergen").station.ping()).toEqual({ pong: true, station: "BERGEN" });
      expect(await client.channel("Oslo").station.ping()).toEqual({ pong: true, station: "Oslo" });
      expect(errors).toEqual([]);
    });

    it("the one is taken that has the request's id, where replies have one", async () => {
      const [other, ours] = [
        { correlation_id: "1", status: "ok", stored: 1 },
        { correlation_id: "2", status: "ok", stored: 2 },
      ];
      await answering(bus, "weather.archive.cmd.store", [other, ours]);
      const { client } = await bus.client(weather, towns);
      expect(await client.channel("Oslo").archive.store({ celsius: 1 }, { id: "2" })).toEqual({ stored: 2 });
    });

    it("a failure of another is nobody's", async () => {
      const failure = { correlation_id: "1", status: "error", error: "full" };
      await answering(bus, "weather.archive.cmd.store", [failure, { status: "ok", stored: 2 }]);
      const { client } = await bus.client(weather, towns);
      expect(await client.channel("Oslo").archive.store({ celsius: 1 }, { id: "2" })).toEqual({ stored: 2 });
    });

    it("none is taken when all are for others", async () => {
      await answering(bus, "weather.station.command", [pongFrom("Oslo"), pongFrom("Oslo")]);
      const { client } = await bus.client(pinging({ resultNamesAddress: true }), towns);
      const failed = client.channel("Bergen").station.ping({}, { timeout: 50 });
      await expect(failed).rejects.toMatchObject({ code: "timeout" });
    });

    it("one that cannot be read is taken for what it is", async () => {
      await answering(bus, "weather.station.command", [["?"], pongFrom("Bergen")]);
      const { client } = await bus.client(pinging({ resultNamesAddress: true }), towns);
      await expect(client.channel("Bergen").station.ping()).rejects.toMatchObject({ code: "invalid_reply" });
    });

    it("the first is taken where nothing tells, and the caller is told that there was another", async () => {
      await answering(bus, "weather.station.command", [pongFrom("Oslo"), pongFrom("Bergen")]);
      const { client, errors } = await bus.client(weather, towns);
      expect(await client.channel("Bergen").station.ping()).toEqual({ pong: true, station: "Oslo" });
      await vi.waitFor(() => expect(errors.length).toBe(1));
      expect(errors[0]).toMatchObject({
        code: "ambiguous_reply",
        ref: "weather/station/system.ping",
        subject: bus.spelled("weather.station.command"),
      });
    });

    it("as many are unremarkable as one service is known to send", async () => {
      const transport = await answering(bus, "weather.station.command", [pongFrom("Oslo"), pongFrom("Oslo")]);
      const { client, errors } = await bus.client(pinging({ replies: 2 }), towns);
      await client.channel("Oslo").station.ping();
      await transport.flush();
      await client.flush();
      expect(errors).toEqual([]);
    });

    it("one more than a service sends is told, once", async () => {
      const replies = Array(5).fill(pongFrom("Oslo"));
      const transport = await answering(bus, "weather.station.command", replies);
      const { client, errors } = await bus.client(pinging({ replies: 2 }), towns);
      await client.channel("Oslo").station.ping();
      await transport.flush();
      await client.flush();
      expect(errors.map(({ code }) => code)).toEqual(["ambiguous_reply"]);
    });

    it("none is heard after the client is closed", async () => {
      const transport = await bus.transport();
      const answers: (() => void)[] = [];
      transport.subscribe("weather.station.command", ({ respond }) => {
        respond?.(json(pongFrom("Oslo")));
        answers.push(() => respond?.(json(pongFrom("Oslo"))));
      });
      await transport.flush();
      const { client, errors } = await bus.client(weather, towns);
      await client.channel("Oslo").station.ping();
      await client.close();
      for (const answer of answers) answer();
      await transport.flush();
      expect(errors).toEqual([]);
    });
  });
});

it("what is remembered of what is over is the latest of it", () => {
  const forgotten: number[] = [];
  const latest = new Latest<number>(2, (value) => forgotten.push(value));
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) latest.add(key, value);
  expect(["a", "b", "c"].map((key) => latest.get(key))).toEqual([undefined, 2, 3]);
  expect(forgotten).toEqual([1]);
});
