/** What the compiler lets through, and what it does not. Nothing here runs: compiling it is the test. */
import type { Client } from "../../runtime/client/client.js";
import { connect } from "../../runtime/client/connect.js";
import type { EventHandler } from "../../runtime/client/event-listening.js";
import type { Registration } from "../../runtime/registration.js";
import type { Interceptor } from "../../runtime/session/interceptor.js";
import type { StateEntry } from "../../runtime/state/state-key.js";
import type { TestBed } from "../../runtime/testing.js";
import {
  alarm,
  type ClockContract,
  clock,
  type Reading,
  reading,
  type WeatherContract,
  weather,
} from "./fixture-protocol.js";

/** Holds when both types are the same. */
function same<One, Other>(..._: [One] extends [Other] ? ([Other] extends [One] ? [] : [never]) : [never]): void {}

export async function events(client: Client<WeatherContract>): Promise<void> {
  client.on("reading", ({ payload, name, address, channel, timestamp }, context) => {
    same<typeof payload, Reading>();
    same<typeof name, "reading">();
    same<typeof address, Readonly<{ region: string; station: string }>>();
    same<typeof channel, string>();
    same<typeof timestamp, string | undefined>();
    same<typeof context.signal, AbortSignal>();
    context.channel.publish("gust", 5);
    return context.channel.station.ping();
  });
  client.on(reading, ({ payload }) => same<typeof payload, Reading>());
  client.on(alarm, ({ payload }) => same<typeof payload, { reason: string }>());
  client.on("gust", ({ payload }) => same<typeof payload, number>());
  client.onUnknown(({ payload, name }) => same<[typeof payload, typeof name], [unknown, string]>());
  same<ReturnType<typeof client.on>, Registration>();

  const handler: EventHandler<WeatherContract, "reading"> = ({ payload }) => payload.celsius;
  client.on("reading", handler);

  // @ts-expect-error: there is no such event
  client.on("redaing", () => undefined);
  // @ts-expect-error: a reading has no such field
  client.on("reading", ({ payload }) => payload.fahrenheit);
  // @ts-expect-error: a handler of readings does not take gusts
  client.on("gust", handler);
  // @ts-expect-error: a handler takes an event, not a text
  client.on("reading", (event: string) => event);

  client.publish("reading", { celsius: 1 });
  client.publish(reading, { celsius: 1, sensor: "roof" });
  // @ts-expect-error: the temperature is missing
  client.publish("reading", {});
  // @ts-expect-error: the temperature is a number
  client.publish("reading", { celsius: "1" });
  // @ts-expect-error: a reading has no such field
  client.publish("reading", { celsius: 1, wind: 2 });
  // @ts-expect-error: a field is absent, or has a value
  client.publish("reading", { celsius: 1, sensor: undefined });
}

export async function durableEvents(client: Client<WeatherContract>): Promise<void> {
  const options = { name: "group" } as const;
  await client.durable("reading", { ...options, where: { station: "oslo" } }, (event, { channel, deliveries }) => {
    same<typeof event.payload, Reading>();
    same<typeof deliveries, number>();
    channel.publish("gust", 1);
  });
  await client.durable(["reading", "gust"], options, (event) => {
    same<typeof event.name, "reading" | "gust">();
    if (event.name === "gust") same<typeof event.payload, number>();
  });
  await client.durable("*", options, ({ name }) => same<typeof name, keyof WeatherContract["events"]>());
  await client.deadLetters("alarms", options, ({ event, data }) => {
    same<typeof event, "alarm" | undefined>();
    same<typeof data, Uint8Array>();
  });
  const { duplicate, sequence } = await client.channel("oslo").publishDurable("gust", 1, { id: "1" });
  same<[typeof duplicate, typeof sequence], [boolean, number]>();

  // @ts-expect-error: there is no such event
  await client.durable("redaing", options, () => undefined);
  // @ts-expect-error: those who share the work have a name
  await client.durable("reading", {}, () => undefined);
  // @ts-expect-error: there is no such stream
  await client.deadLetters("books", options, () => undefined);
  // @ts-expect-error: a gust is a number
  await client.publishDurable("gust", "strong");
}

export async function allEvents(client: Client<WeatherContract>): Promise<void> {
  client.on("*", (event, { channel }) => {
    same<typeof event.name, "reading" | "gust" | "windShift" | "windshift" | "alarm">();
    if (event.name === "reading") same<typeof event.payload, Reading>();
    else if (event.name === "gust") same<typeof event.payload, number>();
    else if (event.name === "alarm") same<typeof event.payload, { reason: string }>();
    // @ts-expect-error: there is no such event
    if (event.name === "redaing") channel.publish("gust", 1);
    // @ts-expect-error: not every payload is a reading
    return event.payload.celsius;
  });
  client.on("reading" as "reading" | "gust", (event) => {
    if (event.name === "gust") same<typeof event.payload, number>();
    else same<typeof event.payload, Reading>();
  });
  const handler: EventHandler<WeatherContract, "*"> = ({ name }) => name;
  client.channel("Oslo").on("*", handler);
  // @ts-expect-error: an event has a name, and `*` is none to publish
  client.publish("*", 1);
}

export async function eventsInSomePlaces(client: Client<WeatherContract>, clocks: Client<ClockContract>) {
  client.on("reading", { station: "Oslo" }, ({ payload }) => same<typeof payload, Reading>());
  client.on("*", { region: "north", station: "Oslo" }, ({ name, channel }) => `${name} ${channel}`);
  client.on(alarm, {}, ({ payload }) => payload.reason);
  // @ts-expect-error: an address has no such part
  client.on("reading", { planet: "Earth" }, () => undefined);
  // @ts-expect-error: the parts of an address are texts
  client.on("reading", { station: 5 }, () => undefined);
  // @ts-expect-error: a part is absent, or has a value
  client.on("reading", { station: undefined }, () => undefined);
  // @ts-expect-error: a channel has one address
  client.channel("Oslo").on("reading", { station: "Oslo" }, () => undefined);
  // @ts-expect-error: where the handler belongs
  client.on("reading", { station: "Oslo" });
  clocks.on("*", ({ name, channel }) => same<[typeof name, typeof channel], ["tick", undefined]>());
}

export async function awaitedEvents(client: Client<WeatherContract>, signal: AbortSignal): Promise<void> {
  const one = await client.once("reading", { timeout: 10, signal, where: { station: "Oslo" } });
  same<typeof one.payload, Reading>();
  same<Awaited<ReturnType<typeof anyEvent>>["name"], "reading" | "gust" | "windShift" | "windshift" | "alarm">();
  for await (const { payload, name } of client.events("gust", { signal, where: { region: "north" } })) {
    same<[typeof payload, typeof name], [number, "gust"]>();
  }
  for await (const event of client.events("*")) if (event.name === "alarm") event.payload.reason;
  for await (const { payload } of client.channel("Oslo").events(reading, { signal })) payload.celsius;
  // @ts-expect-error: there is no such event
  await client.once("redaing");
  // @ts-expect-error: an address has no such part
  client.events("gust", { where: { planet: "Earth" } });
  // @ts-expect-error: a channel has one address
  client.channel("Oslo").events("gust", { where: { station: "Oslo" } });
  // @ts-expect-error: a loop has no end of its own
  client.events("gust", { timeout: 5 });
  // @ts-expect-error: it is waited for, not called back
  await client.once("gust", () => undefined);

  function anyEvent() {
    return client.channel("Oslo").once("*");
  }
}

export function interceptors(client: Client<WeatherContract>): readonly Interceptor[] {
  client.publish("gust", 1, { headers: { "X-Mood": "sunny" } });
  return [
    (exchange, next) => {
      if (exchange.kind === "publish") exchange.headers["X-Mood"] = exchange.descriptor.name;
      if (exchange.kind === "call") exchange.headers["X-Mood"] = exchange.descriptor.method;
      // @ts-expect-error: what was received is not changed
      if (exchange.kind === "serve") exchange.headers["X-Mood"] = "sunny";
      // @ts-expect-error: neither is what is said
      exchange.value = 5;
      // @ts-expect-error: an event that the protocol does not know has no descriptor
      if (exchange.kind === "deliver") return exchange.descriptor.name;
      return next();
    },
    // @ts-expect-error: it goes on with what it was given
    (exchange, next) => next(exchange),
    // @ts-expect-error: there is no such kind of exchange
    ({ kind }, next) => (kind === "receive" ? undefined : next()),
  ];
}

export async function commands(client: Client<WeatherContract>): Promise<void> {
  const { station, archive, state, address } = client.channel({ station: "Oslo" });
  same<Awaited<ReturnType<typeof station.measure>>, Reading>();
  same<typeof address, Readonly<{ region: string; station: string }>>();
  await station.measure({ sensor: "roof", samples: 1 }, { timeout: 10, id: "1", evenIfIgnored: true });
  await client.channel("Oslo").services.archive.store({ celsius: 1 });
  await station.ping();
  // @ts-expect-error: there is no such command
  await station.meesure({ sensor: "roof" });
  // @ts-expect-error: there is no such service
  await client.channel("Oslo").statoin.ping();
  // @ts-expect-error: the argument is called sensor
  await station.measure({ probe: "roof" });
  // @ts-expect-error: the sensor is missing
  await station.measure({});
  // @ts-expect-error: the sensor is missing
  await station.measure();
  // @ts-expect-error: there is no such option
  await archive.store({ celsius: 1 }, { timeOut: 5 });
  // @ts-expect-error: an address has no such part
  client.channel({ planet: "Earth" });
  // @ts-expect-error: the services of a protocol with an address belong to its channels
  await client.services.station.ping();

  same<Awaited<ReturnType<typeof state.latest>>, StateEntry<Reading> | undefined>();
  await state.latest.put({ celsius: 1 }, { revision: 0 });
  await state.calibration({ sensor: "roof" });
  await state.calibration.put({ offset: 1 }, { sensor: "roof", revision: 1 });
  await state.latest.watch(({ value }) => same<typeof value, Reading | undefined>());
  // @ts-expect-error: which sensor?
  await state.calibration();
  // @ts-expect-error: which sensor?
  await state.calibration.put({ offset: 1 });
  // @ts-expect-error: the value is a reading
  await state.latest.put("warm");
}

export async function services(client: Client<WeatherContract>): Promise<void> {
  await client.serve("archive", {
    store: async ({ celsius }, { address, signal, deadline, id }) => {
      same<typeof celsius, number>();
      same<typeof address, Readonly<Partial<{ region: string; station: string }>>>();
      same<[typeof signal, typeof deadline, typeof id], [AbortSignal, Date, string | undefined]>();
      return { stored: 1 };
    },
    forget: () => ({ forgotten: 1 }),
  });
  // @ts-expect-error: there is no such service
  await client.serve("archives", {});
  // @ts-expect-error: `forget` is missing
  await client.serve("archive", { store: () => ({ stored: 1 }) });
  // @ts-expect-error: the result of `forget` is called forgotten
  await client.serve("archive", { store: () => ({ stored: 1 }), forget: () => ({ stored: 1 }) });

  client.onLifecycle("started", ({ payload }) => same<typeof payload, { service: string; version: string }>());
  client.publishLifecycle("restart", { reason: "update" });
  // @ts-expect-error: there is no such lifecycle message
  client.onLifecycle("begun", () => undefined);
  // @ts-expect-error: the version is missing
  client.publishLifecycle("started", { service: "station" });
}

export async function withoutAddress(client: Client<ClockContract>): Promise<void> {
  client.on("tick", ({ channel }) => same<typeof channel, undefined>());
  same<Awaited<ReturnType<typeof client.services.clock.now>>, { hour: number }>();
  await client.state.zone.put("UTC");
}

export async function connecting(): Promise<void> {
  same<Awaited<ReturnType<typeof connectWeather>>, Client<WeatherContract>>();
  await connect(clock, { servers: "nats://localhost", user: "alice", pass: "x" });
  // @ts-expect-error: there is no such option
  await connect(weather, { channel: "Oslo" });
  // @ts-expect-error: an address has no such part
  await connect(weather, { channels: [{ planet: "Earth" }] });
}

function connectWeather() {
  return connect(weather, { channels: ["Oslo", { region: "south", station: "Kiel" }] });
}

export async function testBeds(bed: TestBed<WeatherContract>, clocks: TestBed<ClockContract>): Promise<void> {
  await bed.emit("reading", "Oslo", { sensor: "roof" });
  await bed.emit("reading", "Oslo");
  await clocks.emit("tick", { second: 1 });
  await bed.serve("station", { measure: () => ({ celsius: 1 }) });
  // @ts-expect-error: there is no such event
  await bed.emit("redaing", "Oslo");
  // @ts-expect-error: where?
  await bed.emit("reading", { celsius: 1 });
  // @ts-expect-error: the temperature is a number
  await bed.emit("reading", "Oslo", { celsius: "1" });
  // @ts-expect-error: the temperature is a number
  await bed.serve("station", { measure: () => ({ celsius: "1" }) });
  // @ts-expect-error: there is no such service
  bed.commands("stations");
}
