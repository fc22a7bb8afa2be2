import { describe, expect, it, vi } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { json, onBothBuses, parsed } from "../support/brokers.js";
import { gate } from "../support/gate.js";
import { weather } from "./fixture-protocol.js";
import { idle } from "./fixture-station.js";

const towns = ["Oslo", "Bergen", "Tromso"] as const;
const subject = "weather.station.command";

/** Handlers that run until they are told to end, in the order in which they began. */
function workers() {
  const begun: string[] = [];
  const running: (() => void)[] = [];
  const work = (name: string) => {
    begun.push(name);
    const { opened, open } = gate();
    running.push(open);
    return opened;
  };
  return { begun, running, work, endFirst: () => running.shift()?.() };
}

onBothBuses((bus) => {
  describe("handlers at once", () => {
    it("are no more than the client is told, and who waits gets a turn", async () => {
      const { client } = await bus.client(weather, { channels: towns, maxConcurrentHandlers: 2 });
      const { begun, work, endFirst } = workers();
      client.on("reading", ({ channel }) => work(channel));
      await client.flush();
      for (const town of towns) client.channel(town).publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(begun).toEqual(["Oslo", "Bergen"]));
      await client.flush();
      expect(begun).toEqual(["Oslo", "Bergen"]);
      endFirst();
      await vi.waitFor(() => expect(begun).toEqual(["Oslo", "Bergen", "Tromso"]));
      for (const _ of towns) endFirst();
      await client.settled();
    });

    it("are shared in turns: one channel with much to do does not keep another from its little", async () => {
      const { client } = await bus.client(weather, { channels: towns, maxConcurrentHandlers: 1 });
      const { begun, work, endFirst } = workers();
      client.on("reading", ({ channel, payload }) => work(`${channel} ${payload.celsius}`));
      await client.flush();
      for (const celsius of [1, 2, 3, 4]) client.channel("Oslo").publish("reading", { celsius });
      for (const celsius of [1, 2]) client.channel("Bergen").publish("reading", { celsius });
      for (let count = 1; count <= 6; count++) {
        await vi.waitFor(() => expect(begun.length).toBe(count));
        await client.flush();
        endFirst();
      }
      expect(begun.toSorted()).toEqual(["Bergen 1", "Bergen 2", "Oslo 1", "Oslo 2", "Oslo 3", "Oslo 4"]);
      expect(begun.indexOf("Bergen 2")).toBeLessThan(5);
      expect(begun.filter((name) => name.startsWith("Oslo"))).toEqual(["Oslo 1", "Oslo 2", "Oslo 3", "Oslo 4"]);
    });

    it("count those of commands, which take turns with those of events", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo"], maxConcurrentHandlers: 1 });
      const { begun, work, endFirst } = workers();
      await client.serve("station", {
        ...idle,
        measure: async ({ sensor }) => {
          await work(sensor);
          return { celsius: 1 };
        },
      });
      client.on("reading", () => work("event"));
      await client.flush();
      const asking = await bus.transport();
      const ask = (sensor: string) =>
        asking.request(subject, json({ command: "measure", args: { sensor } }), { timeout: 10_000 });
      const answers = [ask("first")];
      await vi.waitFor(() => expect(begun).toEqual(["first"]));
      answers.push(ask("second"), ask("third"));
      await asking.flush();
      await client.flush();
      client.publish("reading", { celsius: 1 });
      await client.flush();
      for (let count = 1; count <= 4; count++) {
        await vi.waitFor(() => expect(begun.length).toBe(count));
        endFirst();
      }
      await Promise.all(answers);
      expect(begun).toEqual(["first", "second", "event", "third"]);
    });

    it("that end at once take no turn from anybody", async () => {
      const { client } = await bus.client(weather, { channels: towns, maxConcurrentHandlers: 1 });
      const seen: number[] = [];
      client.channel("Oslo").on("reading", ({ payload }) => seen.push(payload.celsius));
      await client.flush();
      for (let celsius = 0; celsius < 1000; celsius++) client.channel("Oslo").publish("reading", { celsius });
      await vi.waitFor(() => expect(seen.length).toBe(1000));
    });

    it("that hang give their turn back when they are given up", async () => {
      const options = { channels: towns, maxConcurrentHandlers: 1, handlerTimeout: 30 };
      const { client, errors } = await bus.client(weather, options);
      const seen: string[] = [];
      client.on("reading", ({ channel }) => {
        seen.push(channel);
        return channel === "Oslo" ? new Promise(() => undefined) : undefined;
      });
      await client.flush();
      for (const town of towns) client.channel(town).publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen).toEqual([...towns]));
      expect(errors.map(({ code }) => code)).toEqual(["handler_timeout"]);
    });
  });

  describe("a handler that is stopped while events wait for it", () => {
    it("gets none of them", async () => {
      const { client } = await bus.client(weather, { channels: towns, maxConcurrentHandlers: 1 });
      const { begun, work, endFirst } = workers();
      client.channel("Oslo").on("reading", () => work("Oslo"));
      const { stop } = client.channel("Bergen").on("reading", () => work("Bergen"));
      await client.flush();
      for (const town of ["Oslo", "Bergen"]) client.channel(town).publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(begun).toEqual(["Oslo"]));
      await client.flush();
      stop();
      endFirst();
      await client.settled();
      expect(begun).toEqual(["Oslo"]);
    });
  });

  describe("a handler that is too slow", () => {
    it("gets the newest events: the oldest are given up, counted, and reported once until none waits", async () => {
      const { client, errors } = await bus.client(weather, { channels: ["Oslo"], maxWaiting: 2 });
      const dropped: string[] = [];
      client.observe({ dropped: (ref) => dropped.push(ref) });
      const { begun, work, endFirst } = workers();
      client.on("reading", ({ payload }) => work(String(payload.celsius)));
      await client.flush();
      for (const round of [0, 10]) {
        for (let celsius = 1; celsius <= 5; celsius++) client.publish("reading", { celsius: round + celsius });
        await client.flush();
        for (let count = 0; count < 3; count++) {
          await vi.waitFor(() => expect(begun.length).toBe((round / 10) * 3 + count + 1));
          endFirst();
        }
        await client.settled();
      }
      expect(begun).toEqual(["1", "4", "5", "11", "14", "15"]);
      expect(client.counts).toEqual({ invalid: 0, errors: 2, dropped: 4 });
      expect(dropped).toEqual(Array(4).fill("weather/events/reading"));
      expect(errors).toMatchObject(Array(2).fill({ code: "overloaded", ref: "weather/events/reading" }));
    });

    it("costs the others nothing", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo"], maxWaiting: 1, onError: () => undefined });
      const { opened, open } = gate();
      const seen: number[] = [];
      client.on("reading", () => opened);
      client.on("reading", ({ payload }) => seen.push(payload.celsius));
      await client.flush();
      for (const celsius of [1, 2, 3, 4, 5]) client.publish("reading", { celsius });
      await vi.waitFor(() => expect(seen).toEqual([1, 2, 3, 4, 5]));
      open();
    });
  });

  describe("a service that is too slow", () => {
    const overloaded = async () => {
      const options = { channels: ["Oslo"], maxConcurrentHandlers: 1, maxWaiting: 2 } as const;
      const { client, errors } = await bus.client(weather, options);
      const { begun, work, endFirst } = workers();
      await client.serve("station", {
        ...idle,
        measure: async ({ sensor }) => {
          await work(sensor);
          return { celsius: 1, sensor };
        },
      });
      const asking = await bus.transport();
      const answers: unknown[] = [];
      asking.subscribe("_INBOX.>", ({ data }) => answers.push(parsed(data)));
      const ask = (sensor: string) =>
        asking
          .request(subject, json({ command: "measure", args: { sensor } }), { timeout: 10_000 })
          .then(({ data }) => parsed(data));
      const arrived = async () => {
        await asking.flush();
        await client.flush();
      };
      return { client, errors, begun, endFirst, ask, arrived, asking, answers };
    };

    it("refuses more requests than may wait at once, and answers the others in order", async () => {
      const { client, errors, begun, endFirst, ask, asking, answers } = await overloaded();
      const asked = ["1", "2", "3", "4", "5"].map(ask);
      const refused = { success: false, code: "overloaded", command: "measure", service: "station" };
      expect(await asked[3]).toMatchObject(refused);
      expect(await asked[4]).toMatchObject(refused);
      for (let count = 1; count <= 3; count++) {
        await vi.waitFor(() => expect(begun.length).toBe(count));
        endFirst();
      }
      for (const sensor of ["1", "2", "3"]) {
        expect(await asked[Number(sensor) - 1]).toMatchObject({ success: true, data: { sensor } });
      }
      expect(begun).toEqual(["1", "2", "3"]);
      expect(client.counts).toEqual({ invalid: 0, errors: 1, dropped: 2 });
      expect(errors).toMatchObject([{ code: "overloaded", ref: "weather/station" }]);
      await asking.flush();
      expect(answers.length).toBe(5);
    });

    it("tells its callers with a code of their own", async () => {
      const { ask, arrived, begun, endFirst } = await overloaded();
      const asked = ["1", "2", "3"].map(ask);
      await arrived();
      const { client } = await bus.client(weather, { channels: ["Oslo"] });
      const refused = client.channel("Oslo").station.measure({ sensor: "4" });
      await expect(refused).rejects.toMatchObject({ code: "overloaded", ref: "weather/station/measure" });
      for (let count = 1; count <= 3; count++) {
        await vi.waitFor(() => expect(begun.length).toBe(count));
        endFirst();
      }
      await Promise.all(asked);
    });

    it("answers what waits when it is closed", async () => {
      const { client, begun, ask, arrived } = await overloaded();
      const asked = ["1", "2", "3"].map(ask);
      await arrived();
      await client.close();
      for (const answer of asked) expect(await answer).toMatchObject({ success: false, code: "handler_failed" });
      expect(begun).toEqual(["1"]);
    });
  });
});

describe("limits", () => {
  it.each([
    { maxConcurrentHandlers: 0 },
    { maxConcurrentHandlers: 1.5 },
    { maxWaiting: -1 },
    { maxWaiting: Number.NaN },
  ])("cannot be %j", (options) => {
    const transport = createMemoryBroker().connect();
    expect(() => createClient(weather, transport, options)).toThrow(/must be a whole number above 0/);
  });
});
