import { describe, expect, it, vi } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import type { DeadLetter } from "../../runtime/durable/dead-letter.js";
import { hopeless, later } from "../../runtime/durable/verdict.js";
import type { ProtocolError } from "../../runtime/error.js";
import type { Observer } from "../../runtime/observe/observer.js";
import type { Interceptor } from "../../runtime/session/interceptor.js";
import type { StreamDelivery } from "../../runtime/transport/stream.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { bytes, json, onBothBuses, type TestBus } from "../support/brokers.js";
import { gate } from "../support/gate.js";
import { interruptible } from "../support/interruptible.js";
import { clock, weather } from "./fixture-protocol.js";

let worlds = 0;

/** Longer than a server waits for a sign of life: what it sent to a program that has just ended comes only then. */
const patient = { timeout: 5000 };

/** A station and a name that no other test uses. */
function newWorld() {
  worlds += 1;
  const station = `durable-${process.pid}-${worlds}`;
  const subject = (event: string) => `weather.events.${station}.${event}`;
  const message = (event: string, payload: unknown) => ({ event_name: event, payload, station, region: "north" });
  return { station, name: `group-${process.pid}-${worlds}`, subject, message };
}

/** A connection that gets what others got three times before, and never settled. */
function lastOfMany(transport: Transport): Transport {
  const late = (delivery: StreamDelivery): StreamDelivery => ({
    subject: delivery.subject,
    data: delivery.data,
    headers: delivery.headers,
    sequence: delivery.sequence,
    deliveries: delivery.deliveries + 3,
    settle: (settlement) => delivery.settle(settlement),
    working: () => delivery.working(),
  });
  return {
    ...interruptible(transport),
    stream: async (options) => {
      const stream = await transport.stream(options);
      return {
        publish: (...message) => stream.publish(...message),
        consume: (how, receive) => stream.consume(how, (delivery) => receive(late(delivery))),
      };
    },
  };
}

/** The dead letters of one consumer, as they come. */
async function lettersOf(bus: TestBus, consumer: string): Promise<readonly DeadLetter[]> {
  const { client } = await bus.client(weather);
  const letters: DeadLetter[] = [];
  const name = `${consumer}-review`;
  await client.deadLetters("records", { name, start: "beginning" }, (letter) => {
    if (letter.consumer === consumer) letters.push(letter);
  });
  return letters;
}

onBothBuses((bus) => {
  /** A client for one station. */
  const clientAt = (station: string, options: { handlerTimeout?: number } = {}) =>
    bus.client(weather, { channels: [station], ...options });

  describe("a durable event", () => {
    it("reaches a consumer that was away, with its payload, channel and id", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const first = await client.durable("reading", { name }, () => undefined);
      first.stop();
      const stored = await client.publishDurable("reading", { celsius: 7 });
      const seen: unknown[] = [];
      const other = await clientAt(station);
      await other.client.durable("reading", { name }, ({ payload, id }, { channel, deliveries, subject }) => {
        seen.push([payload.celsius, id, channel.address.station, deliveries, subject]);
      });
      await vi.waitFor(() => expect(seen).toHaveLength(1));
      expect(seen[0]).toEqual([7, stored.id, station, 1, bus.spelled(`weather.events.${station}.reading`)]);
    });

    it("is kept once, however often it is published with one id", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const seen: number[] = [];
      await client.durable("reading", { name }, ({ payload }) => void seen.push(payload.celsius));
      const id = crypto.randomUUID();
      const first = await client.publishDurable("reading", { celsius: 1 }, { id });
      const second = await client.channel(station).publishDurable("reading", { celsius: 1 }, { id });
      expect(first).toMatchObject({ id, duplicate: false });
      expect(second).toEqual({ ...first, duplicate: true });
      await client.publishDurable("reading", { celsius: 2 });
      await vi.waitFor(() => expect(seen).toEqual([1, 2]));
    });

    it("may be published by programs that know nothing of streams", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const seen: number[] = [];
      await client.durable("gust", { name }, ({ payload }) => void seen.push(payload));
      client.publish("gust", 12);
      await vi.waitFor(() => expect(seen).toEqual([12]));
    });

    it("is one of those that are asked for, in the channels that are asked for", async () => {
      const [here, there] = [newWorld(), newWorld()];
      const { client } = await bus.client(weather, { channels: [here.station, there.station] });
      const seen: string[] = [];
      await client.durable(["reading", "windShift"], { name: here.name }, (event, { channel }) => {
        const what = event.name === "reading" ? event.payload.celsius : event.payload.toUpperCase();
        seen.push(`${channel.address.station} ${what}`);
      });
      await client.durable("gust", { name: there.name, where: { station: there.station } }, ({ channel }) => {
        seen.push(`gust in ${channel}`);
      });
      client.channel(here.station).publish("gust", 1);
      client.channel(there.station).publish("gust", 1);
      await client.channel(there.station).publishDurable("reading", { celsius: 1 });
      // Of two events that become one token, and of an event that nobody has described.
      await client.channel(here.station).publishDurable("windshift", 5);
      await client.channel(here.station).publishDurable("windShift", "north");
      await vi.waitFor(() => expect(seen).toHaveLength(3));
      expect(seen.toSorted()).toEqual(
        [`${here.station} NORTH`, `${there.station} 1`, `gust in ${there.station}`].toSorted(),
      );
    });

    it("is handled in the order of the stream, one at a time in each channel", async () => {
      const [here, there] = [newWorld(), newWorld()];
      const { client } = await bus.client(weather, { channels: [here.station, there.station] });
      const { opened, open } = gate();
      const log: string[] = [];
      await client.durable("reading", { name: here.name }, async ({ payload, channel }) => {
        log.push(`begin ${channel} ${payload.celsius}`);
        if (channel === here.station && payload.celsius === 0) await opened;
        log.push(`end ${channel} ${payload.celsius}`);
      });
      for (let celsius = 0; celsius < 5; celsius++) {
        for (const { station } of [here, there]) await client.channel(station).publishDurable("reading", { celsius });
      }
      const inOrder = ({ station }: typeof here) =>
        [0, 1, 2, 3, 4].flatMap((number) => [`begin ${station} ${number}`, `end ${station} ${number}`]);
      const logged = ({ station }: typeof here) => log.filter((line) => line.includes(`${station} `));
      await vi.waitFor(() => expect(logged(there)).toEqual(inOrder(there)));
      expect(logged(here)).toEqual([`begin ${here.station} 0`]);
      open();
      await vi.waitFor(() => expect(logged(here)).toEqual(inOrder(here)));
    });

    it("keeps the order over repetitions when one may be in flight", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const seen: string[] = [];
      await client.durable("reading", { name, inFlight: 1 }, ({ payload: { celsius } }, { deliveries }) => {
        seen.push(`${celsius}.${deliveries}`);
        if (celsius === 1 && deliveries < 3) throw later(10);
      });
      for (const celsius of [0, 1, 2]) await client.publishDurable("reading", { celsius });
      await vi.waitFor(() => expect(seen).toHaveLength(5));
      expect(seen).toEqual(["0.1", "1.1", "1.2", "1.3", "2.1"]);
    });

    it("reaches one of those that share a name", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const seen: readonly number[][] = [[], []];
      for (const mine of seen) {
        const { client: member } = await clientAt(station);
        await member.durable("reading", { name, inFlight: 8 }, ({ payload }) => void mine.push(payload.celsius));
      }
      const all = Array.from({ length: 100 }, (_, celsius) => celsius);
      await Promise.all(all.map((celsius) => client.publishDurable("reading", { celsius })));
      await vi.waitFor(() => expect(seen.flat().toSorted((left, right) => left - right)).toEqual(all));
      expect(Math.min(...seen.map(({ length }) => length))).toBeGreaterThan(5);
    });
  });

  describe("a handler", () => {
    it("that throws gets the event again, after the backoff, and then no more", async () => {
      const { station, name } = newWorld();
      const { client, errors } = await clientAt(station);
      const letters = await lettersOf(bus, name);
      const seen: number[] = [];
      await client.durable("reading", { name }, (_event, { deliveries }) => {
        seen.push(deliveries);
        throw new Error(`failure ${deliveries}`);
      });
      const { id, sequence } = await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(letters).toHaveLength(1));
      expect(seen).toEqual([1, 2, 3]);
      expect(letters[0]).toMatchObject({
        reason: "handler_failed",
        message: "the handler of weather/events/reading threw: failure 3",
        event: "reading",
        id,
        subject: bus.spelled(`weather.events.${station}.reading`),
        consumer: name,
        deliveries: 3,
        sequence,
      });
      expect(JSON.parse(new TextDecoder().decode(letters[0]?.data))).toMatchObject({ payload: { celsius: 1 } });
      expect(errors.map(({ code, ref }) => [code, ref])).toEqual(
        Array(3).fill(["handler_failed", "weather/events/reading"]),
      );
      expect(errors.map(({ message }) => /comes again|dead letter/.exec(message)?.[0])).toEqual([
        "comes again",
        "comes again",
        "dead letter",
      ]);
    });

    it("that succeeds later is done", async () => {
      const { station, name } = newWorld();
      const { client, errors } = await clientAt(station);
      const seen: string[] = [];
      await client.durable("reading", { name }, ({ payload: { celsius } }, { deliveries }) => {
        seen.push(`${celsius}.${deliveries}`);
        if (celsius === 1 && deliveries === 1) throw new Error("not yet");
      });
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen).toEqual(["1.1", "1.2"]));
      await client.publishDurable("reading", { celsius: 2 });
      await vi.waitFor(() => expect(seen).toEqual(["1.1", "1.2", "2.1"]));
      expect(errors).toHaveLength(1);
    });

    it("may ask for the event later, which is no failure, as often as it likes", async () => {
      const { station, name } = newWorld();
      const { client, errors } = await clientAt(station);
      const letters = await lettersOf(bus, name);
      const times: number[] = [];
      const told: number[] = [];
      const wish = later(50, "the database is down");
      expect(wish).toMatchObject({ code: "postponed", details: { delay: 50 } });
      await client.durable("reading", { name }, (_, { deliveries }) => {
        told.push(deliveries);
        times.push(performance.now());
        // More often than the limit of deliveries, and the failures after that are counted from the first.
        if (deliveries <= 5) throw wish;
        throw new Error("fails");
      });
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(letters).toHaveLength(1));
      expect(told.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
      const gaps = times.slice(1, 6).map((time, index) => time - (times[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(49);
      expect(letters[0]).toMatchObject({ reason: "handler_failed", deliveries: 3 });
      expect(errors.map(({ code }) => code)).toEqual(["handler_failed", "handler_failed", "handler_failed"]);
    });

    it("that asked for the event later is followed by others when its program ends, no sooner than it asked", async () => {
      const { station, name } = newWorld();
      const { client, errors } = await clientAt(station);
      const other = await clientAt(station);
      let asked = 0;
      const first = await client.durable("reading", { name }, () => {
        asked = performance.now();
        throw later(400);
      });
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(asked).toBeGreaterThan(0));
      const taken: number[] = [];
      await other.client.durable("reading", { name }, () => void taken.push(performance.now()));
      first.stop();
      await vi.waitFor(() => expect(taken).toHaveLength(1));
      expect((taken[0] ?? 0) - asked).toBeGreaterThanOrEqual(395);
      expect([...errors, ...other.errors]).toEqual([]);
    });

    it("may give the event up at once", async () => {
      const { station, name } = newWorld();
      const { client, errors } = await clientAt(station);
      const letters = await lettersOf(bus, name);
      let calls = 0;
      await client.durable("reading", { name }, async () => {
        calls += 1;
        throw hopeless("no such sensor\r\nNats-Msg-Id: forged");
      });
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(letters).toHaveLength(1));
      expect(letters[0]).toMatchObject({
        reason: "hopeless",
        message: "no such sensor Nats-Msg-Id: forged",
        deliveries: 1,
      });
      expect([calls, errors]).toEqual([1, []]);
    });

    it("may give up an event whose header fields leave no room for more", async () => {
      const { station, name } = newWorld();
      const { client, errors } = await clientAt(station);
      const letters = await lettersOf(bus, name);
      await client.durable("reading", { name }, () => {
        throw hopeless("no such sensor");
      });
      await client.publishDurable("reading", { celsius: 1 }, { headers: { note: "x".repeat(65_000) } });
      await vi.waitFor(() => expect(letters).toHaveLength(1), patient);
      expect(letters[0]).toMatchObject({ reason: "hopeless", message: "no such sensor", deliveries: 1 });
      expect(errors).toEqual([]);
    });

    it("that does not finish in time is aborted, and gets the event again", async () => {
      const { station, name } = newWorld();
      const { client, errors } = await clientAt(station, { handlerTimeout: 100 });
      const seen: boolean[] = [];
      await client.durable("reading", { name }, async (_event, { deliveries, signal }) => {
        if (deliveries === 1) await new Promise((resolve) => signal.addEventListener("abort", resolve));
        seen.push(signal.aborted);
      });
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen.toSorted()).toEqual([false, true]));
      expect(errors.map(({ code }) => code)).toEqual(["handler_timeout"]);
    });

    it("may take longer than the server waits, and so may those behind it", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const seen: string[] = [];
      const { opened, open } = gate();
      await client.durable("reading", { name }, async ({ payload: { celsius } }, { deliveries }) => {
        seen.push(`${celsius}.${deliveries}`);
        if (celsius === 0) await opened;
      });
      // Another program of the name would get what the server believes to be lost.
      const other = await clientAt(station);
      for (const celsius of [0, 1, 2]) await client.publishDurable("reading", { celsius });
      await vi.waitFor(() => expect(seen).toEqual(["0.1"]));
      await other.client.durable(
        "reading",
        { name },
        (_event, { deliveries }) => void seen.push(`other ${deliveries}`),
      );
      const others = await clientAt(station);
      const ticks: number[] = [];
      await others.client.durable("gust", { name: `${name}-ticks` }, ({ payload }, { deliveries }) => {
        ticks.push(payload);
        if (deliveries < 3) throw later(1100);
      });
      await client.publishDurable("gust", 1);
      // More than twice as long as the server waits.
      await vi.waitFor(() => expect(ticks).toHaveLength(3), patient);
      open();
      await vi.waitFor(() => expect(seen).toEqual(["0.1", "1.1", "2.1"]));
    });
  });

  describe("a message that is no event", () => {
    it("becomes a dead letter at once, is reported, and holds up nobody", async () => {
      const { station, name, subject, message } = newWorld();
      const { client, invalid } = await clientAt(station);
      const letters = await lettersOf(bus, name);
      const seen: number[] = [];
      await client.durable("reading", { name }, ({ payload }) => void seen.push(payload.celsius));
      const raw = await bus.transport();
      raw.publish(subject("reading"), bytes("{ not JSON"));
      raw.publish(subject("reading"), json(message("reading", { celsius: "warm" })), { "X-Colour": "red" });
      raw.publish(subject("reading"), json({ nonsense: true }));
      await raw.flush();
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(letters).toHaveLength(3));
      expect(letters.map(({ reason, event, deliveries }) => [reason, event, deliveries])).toEqual([
        ["malformed_message", "reading", 1],
        ["invalid_message", "reading", 1],
        ["invalid_message", "reading", 1],
      ]);
      expect(letters[1]?.message).toContain("/celsius");
      expect(invalid.map(({ code }) => code)).toEqual(letters.map(({ reason }) => reason));
      await vi.waitFor(() => expect(seen).toEqual([1]));
    });

    it("is one that belongs elsewhere, and is none of this consumer's business", async () => {
      const { station, name, subject, message } = newWorld();
      const { client, invalid, errors } = await clientAt(station);
      const seen: number[] = [];
      await client.durable("reading", { name }, ({ payload }) => void seen.push(payload.celsius));
      const raw = await bus.transport();
      raw.publish(subject("reading"), json({ ...message("reading", { celsius: 5 }), region: "asia" }));
      await raw.flush();
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen).toEqual([1]));
      expect([invalid, errors]).toEqual([[], []]);
    });
  });

  describe("a program that ends", () => {
    it("drains: what runs finishes, what waits is for others", async () => {
      const { station, name } = newWorld();
      const [first, second] = [await clientAt(station), await clientAt(station)];
      const { opened, open } = gate();
      const seen: string[] = [];
      await first.client.durable("reading", { name }, async ({ payload }) => {
        seen.push(`first ${payload.celsius}`);
        await opened;
      });
      for (const celsius of [0, 1]) await second.client.publishDurable("reading", { celsius });
      await vi.waitFor(() => expect(seen).toEqual(["first 0"]));
      const draining = first.client.drain();
      await second.client.durable("reading", { name }, ({ payload }) => void seen.push(`second ${payload.celsius}`));
      await vi.waitFor(() => expect(seen).toEqual(["first 0", "second 1"]), patient);
      open();
      await draining;
      await second.client.publishDurable("reading", { celsius: 2 });
      await vi.waitFor(() => expect(seen).toEqual(["first 0", "second 1", "second 2"]));
      expect([first.errors, second.errors]).toEqual([[], []]);
    });

    it("drains: what its handler asks for again later is for others", async () => {
      const { station, name } = newWorld();
      const [first, second] = [await clientAt(station), await clientAt(station)];
      const { opened, open } = gate();
      const seen: string[] = [];
      await first.client.durable("reading", { name }, async () => {
        seen.push("first");
        await opened;
        throw later(10);
      });
      await second.client.publishDurable("reading", { celsius: 0 });
      await vi.waitFor(() => expect(seen).toEqual(["first"]));
      const draining = first.client.drain();
      await second.client.durable("reading", { name }, () => void seen.push("second"));
      open();
      await draining;
      await vi.waitFor(() => expect(seen).toEqual(["first", "second"]), patient);
      expect([first.errors, second.errors]).toEqual([[], []]);
    });

    it("closes: what runs is for others too", async () => {
      const { station, name } = newWorld();
      const [first, second] = [await clientAt(station), await clientAt(station)];
      const seen: string[] = [];
      await first.client.durable("reading", { name }, async ({ payload }, { signal }) => {
        seen.push(`first ${payload.celsius}`);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      });
      for (const celsius of [0, 1]) await second.client.publishDurable("reading", { celsius });
      await vi.waitFor(() => expect(seen).toEqual(["first 0"]));
      await first.client.close();
      await second.client.durable("reading", { name }, ({ payload }) => void seen.push(`second ${payload.celsius}`));
      await vi.waitFor(() => expect(seen.toSorted()).toEqual(["first 0", "second 0", "second 1"]), patient);
    });

    it("closes while it is about to begin, and begins nothing", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const handler = vi.fn();
      const beginning = client.durable("reading", { name, start: "beginning" }, handler);
      await client.close();
      await expect(beginning).rejects.toMatchObject({ code: "connection_closed" });
      const other = await clientAt(station);
      const taken: number[] = [];
      await other.client.durable("reading", { name }, ({ payload }) => void taken.push(payload.celsius));
      for (const celsius of [1, 2, 3]) await other.client.publishDurable("reading", { celsius });
      await vi.waitFor(() => expect(taken).toEqual([1, 2, 3]));
      expect(handler).not.toHaveBeenCalled();
    });

    it("closes while its stream is being opened, and begins nothing over a connection that is still there", async () => {
      const { station, name } = newWorld();
      const bare = await bus.transport();
      const { opened, open } = gate();
      const stream: Transport["stream"] = async (options) => {
        await opened;
        return bare.stream(options);
      };
      const transport = { ...interruptible(bare), stream, close: async () => undefined };
      const client = createClient(weather, transport, { channels: [station] });
      const beginning = client.durable("reading", { name }, () => undefined);
      await client.close();
      open();
      await expect(beginning).rejects.toMatchObject({ code: "connection_closed" });
    });

    it("leaves no timers and no sockets", async () => {
      const resources = (kind: string) => process.getActiveResourcesInfo().filter((name) => name === kind).length;
      const { station, name } = newWorld();
      const before = { timers: resources("Timeout"), sockets: resources("TCPSocketWrap") };
      const { client } = await clientAt(station);
      let calls = 0;
      await client.durable("reading", { name }, () => {
        calls += 1;
        throw calls === 1 ? later(60_000) : new Error("fails");
      });
      await client.deadLetters("records", { name }, () => new Promise(() => undefined));
      for (const celsius of [1, 2]) await client.publishDurable("reading", { celsius });
      await vi.waitFor(() => expect(calls).toBeGreaterThan(1));
      await client.close();
      await vi.waitFor(() => {
        expect(resources("Timeout")).toBeLessThanOrEqual(before.timers);
        expect(resources("TCPSocketWrap")).toBeLessThanOrEqual(before.sockets);
      });
    });

    it("without a word, as all before it, leaves a dead letter", async () => {
      const { station, name } = newWorld();
      const letters = await lettersOf(bus, name);
      const { client } = await clientAt(station);
      const errors: ProtocolError[] = [];
      const heir = createClient(weather, lastOfMany(await bus.transport()), {
        channels: [station],
        onError: (error) => errors.push(error),
      });
      const handler = vi.fn();
      await heir.durable("reading", { name }, handler);
      await client.publishDurable("reading", { celsius: 1 });
      await vi.waitFor(() => expect(letters).toHaveLength(1));
      expect(letters[0]).toMatchObject({ reason: "unsettled", deliveries: 4, event: "reading" });
      expect(handler).not.toHaveBeenCalled();
      expect(errors).toMatchObject([{ code: "unsettled", ref: "weather/events/reading" }]);
    });
  });

  it("observers are told what becomes of durable events", async () => {
    const { station, name } = newWorld();
    const { client } = await clientAt(station);
    const told: string[] = [];
    const observer: Partial<Observer> = {
      published: (ref) => told.push(`published ${ref}`),
      received: (ref) => told.push(`received ${ref}`),
      handled: (ref, outcome) => told.push(`handled ${ref} ${outcome}`),
    };
    client.observe(observer);
    await client.durable("reading", { name }, (_event, { deliveries }) => {
      if (deliveries === 1) throw later(0);
    });
    await client.publishDurable("reading", { celsius: 1 });
    const ref = "weather/events/reading";
    await vi.waitFor(() => expect(told).toContain(`handled ${ref} succeeded`));
    expect(told.toSorted()).toEqual(
      [`published ${ref}`, `received ${ref}`, `handled ${ref} postponed`, `handled ${ref} succeeded`].toSorted(),
    );
  });

  it("interceptors stand around durable events as around all others, and header fields go along", async () => {
    const { station, name } = newWorld();
    const seen: unknown[] = [];
    const interceptor: Interceptor = (exchange, next) => {
      seen.push([exchange.kind, exchange.ref, exchange.headers["X-Colour"]]);
      if (exchange.kind === "publish") exchange.headers["X-Colour"] = "red";
      if (exchange.kind === "publish" && exchange.value === 13) return undefined;
      return next();
    };
    const { client } = await bus.client(weather, { channels: [station], interceptors: [interceptor] });
    await client.durable("gust", { name }, ({ headers }) => void seen.push(headers?.["X-Colour"]));
    await client.publishDurable("gust", 1);
    const ref = "weather/events/gust";
    await vi.waitFor(() => expect(seen).toEqual([["publish", ref, undefined], ["deliver", ref, "red"], "red"]));
    await expect(client.publishDurable("gust", 13)).rejects.toMatchObject({ code: "cancelled", ref });
  });

  it("a protocol without an address, with one stream, has durable events too, and `*` is all of them", async () => {
    const { client } = await bus.client(clock);
    const seen: number[] = [];
    const { name } = newWorld();
    await client.durable("*", { name }, ({ payload }) => void seen.push(payload.second));
    await client.publishDurable("tick", { second: 1 });
    await vi.waitFor(() => expect(seen).toEqual([1]));
  });

  describe("what cannot be", () => {
    const nothing = () => undefined;

    it("is refused with what to do", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      const refused = (reason: RegExp) => ({ code: "invalid_argument", message: expect.stringMatching(reason) });
      await expect(client.durable("raeding" as "reading", { name }, nothing)).rejects.toMatchObject(
        refused(/did you mean "reading"/),
      );
      await expect(client.durable(["reading", "alarm"], { name }, nothing)).rejects.toMatchObject(
        refused(/records and alarms/),
      );
      await expect(client.durable("*", { name }, nothing)).rejects.toMatchObject(refused(/no event "\*"/));
      await expect(client.durable([], { name }, nothing)).rejects.toMatchObject(refused(/no event is named/));
      await expect(client.durable("reading", { name: "a.b" }, nothing)).rejects.toMatchObject(
        refused(/"a.b" is no name/),
      );
      await expect(client.durable("reading", { name, inFlight: 0 }, nothing)).rejects.toMatchObject(
        refused(/inFlight/),
      );
      await expect(
        client.durable("reading", { name, start: "begining" as "beginning" }, nothing),
      ).rejects.toMatchObject(refused(/start must be "now" or "beginning", not "begining"/));
      await expect(client.durable("reading", { name }, undefined as never)).rejects.toMatchObject(
        refused(/a handler must be a function, not undefined/),
      );
      await expect(client.deadLetters("record" as "records", { name }, nothing)).rejects.toMatchObject(
        refused(/did you mean "records"/),
      );
      await expect(client.publishDurable("reading", { celsius: "warm" } as never)).rejects.toMatchObject({
        code: "invalid_message",
      });
      const several = await bus.client(weather, { channels: [station, `${station}-2`] });
      await expect(several.client.publishDurable("reading", { celsius: 1 })).rejects.toMatchObject(
        refused(/several channels/),
      );
    });

    it("is refused when the client is closed", async () => {
      const { station, name } = newWorld();
      const { client } = await clientAt(station);
      await client.close();
      const closed = { code: "connection_closed" };
      await expect(client.durable("reading", { name }, nothing)).rejects.toMatchObject(closed);
      await expect(client.publishDurable("reading", { celsius: 1 })).rejects.toMatchObject(closed);
    });
  });
});
