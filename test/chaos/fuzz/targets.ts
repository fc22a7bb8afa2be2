/** All that takes messages: what is sent to it, and what shows that it still does its work. */
import { expect, vi } from "vitest";
import { bytes, json, parsed } from "../../support/brokers.js";
import type { Garbage } from "./garbage.js";
import { typed, type World } from "./world.js";

/** Something that takes messages. */
export interface Target {
  readonly name: string;
  /** Messages that are right, to make others of. */
  readonly good: readonly unknown[];
  attack(garbage: Garbage): unknown;
  /** Sends one that is right, and resolves when that has had its effect. */
  lives(): Promise<void>;
}

const address = { station: "Oslo", region: "north" };
const stamp = { timestamp: "2026-11-26T08:00:00Z", id: "4f0c" };
const patience = { timeout: 60_000, interval: 5 };

/** How often what was heard. */
class Tally {
  readonly #counts = new Map<string, number>();

  count(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

function right(message: unknown): Garbage {
  return { data: json(message), headers: undefined, token: "" };
}

/** Starts them all. */
export async function startTargets(world: World): Promise<readonly Target[]> {
  const families = [events, durable, lifecycle, services, replies, state, discovery];
  const targets: Target[] = [];
  for (const family of families) targets.push(...(await family(world)));
  await world.listening.flush();
  return targets;
}

async function events({ bus, listening, intercepted, arrived }: World): Promise<readonly Target[]> {
  const heard = new Tally();
  listening.on("reading", () => heard.count("reading"));
  intercepted.on("reading", () => heard.count("intercepted"));
  listening.on("alarm", async () => heard.count("alarm"));
  listening.on("*", () => heard.count("any"));
  listening.onUnknown(() => heard.count("unknown"));
  const follow = async () => {
    for await (const _ of listening.events("gust")) heard.count("loop");
  };
  follow();
  const event = (name: string, payload: unknown) => ({ event_name: name, payload, ...address, ...stamp });
  const target = (name: string, subject: string, good: unknown): Target => ({
    name: `events: ${name}`,
    good: [good],
    attack: (garbage) => bus.send(name === "unknown" ? `weather.events.oslo.${garbage.token}` : subject, garbage),
    lives: async () => {
      const before = heard.of(name);
      bus.send(subject, right(good));
      await arrived();
      await vi.waitFor(() => expect(heard.of(name)).toBeGreaterThan(before), patience);
    },
  });
  return [
    target("reading", "weather.events.oslo.reading", event("reading", { celsius: 3, sensor: "roof" })),
    target("intercepted", "weather.events.oslo.reading", event("reading", { celsius: 3 })),
    target("any", "weather.events.oslo.windshift", event("windShift", "west")),
    target("alarm", "weather.alarms.oslo", event("alarm", { reason: "ice" })),
    target("unknown", "weather.events.oslo.surprise", event("surprise", { any: ["thing"] })),
    target("loop", "weather.events.oslo.gust", event("gust", 7)),
  ];
}

async function durable({ bus, listening }: World): Promise<readonly Target[]> {
  const heard = new Tally();
  await listening.durable("alarm", { name: "fuzz" }, () => heard.count("alarm"));
  await listening.deadLetters("alarms", { name: "fuzz-review" }, () => heard.count("dead letter"));
  const alarm = { event_name: "alarm", payload: { reason: "ice" }, ...address, ...stamp };
  return [
    {
      name: "events: durable, and dead letters",
      good: [alarm],
      attack: (garbage) => bus.send("weather.alarms.oslo", garbage),
      lives: async () => {
        const before = heard.of("alarm");
        bus.send("weather.alarms.oslo", right(alarm));
        await vi.waitFor(() => expect(heard.of("alarm")).toBeGreaterThan(before), patience);
      },
    },
  ];
}

async function lifecycle(world: World): Promise<readonly Target[]> {
  const { bus, listening, arrived } = world;
  const heard = new Tally();
  listening.onLifecycle("alive", () => heard.count("alive"));
  listening.onRestart(() => heard.count("restart"));
  const registry = await listening.registry();
  await listening.announce();
  const report = {
    service: "keeper",
    version: "1",
    machine: "a",
    at: stamp.timestamp,
    age: 1,
    about: { id: "x", every: 1 },
  };
  const restart = { reason: "new", by: "me", wait: 0 };
  return [
    {
      name: "lifecycle: heartbeats, and the registry",
      good: [report],
      attack: (garbage) => bus.send(`weather.lifecycle.${garbage.token}.alive`, garbage),
      lives: async () => {
        const before = heard.of("alive");
        bus.send("weather.lifecycle.keeper.alive", right(report));
        await arrived();
        await vi.waitFor(() => expect(heard.of("alive")).toBeGreaterThan(before), patience);
        expect(registry.isAlive("keeper")).toBe(true);
      },
    },
    {
      name: "lifecycle: requests to restart",
      good: [restart],
      attack: (garbage) => bus.send("weather.lifecycle.group.restart", garbage),
      lives: async () => {
        const before = heard.of("restart");
        bus.send("weather.lifecycle.group.restart", right(restart));
        await vi.waitFor(() => expect(heard.of("restart")).toBeGreaterThan(before), patience);
      },
    },
    asked(world, { name: "lifecycle: polls", subject: "weather.lifecycle.census", good: [{}] }),
  ];
}

async function services(world: World): Promise<readonly Target[]> {
  const { listening } = world;
  const all = { channels: "any" } as const;
  const heard = new Tally();
  await listening.serve(
    "station",
    {
      measure: ({ sensor }) => ({ celsius: sensor.length }),
      ping: async () => ({ pong: true, station: "Oslo" }),
      calibrate: () => ({}),
      history: ({ limit }) => Array.from({ length: Math.min(limit, 10) }, (_, index) => index),
      blink: () => heard.count("blinks"),
    },
    all,
  );
  await listening.serve("archive", { store: () => ({ stored: 1 }), forget: async () => ({ forgotten: 1 }) }, all);
  const meta = { ...address, source: "test", timestamp: stamp.timestamp, request_id: "7" };
  const subject = "weather.station.command";
  const blink = { command: "blink", args: { times: 1 }, meta };
  return [
    asked(world, {
      name: "commands: arguments in a field",
      subject,
      good: [
        { service: "station", command: "measure", args: { sensor: "roof", samples: 3 }, meta },
        { command: "history", args: { limit: 3 }, meta },
      ],
    }),
    asked(world, { name: "commands: arguments beside the command", subject, good: [{ command: "system.ping", meta }] }),
    asked(world, {
      name: "commands: a subject for each",
      subject: "weather.archive.cmd.store",
      good: [{ correlation_id: "7", celsius: 3 }],
    }),
    {
      name: "commands: without a reply",
      good: [blink],
      attack: (garbage) => world.ask(subject, garbage, "at most once"),
      lives: async () => {
        const before = heard.of("blinks");
        world.bus.send(subject, right(blink));
        await world.arrived();
        await vi.waitFor(() => expect(heard.of("blinks")).toBeGreaterThan(before), patience);
      },
    },
  ];
}

/** The answers of others to requests of ours. */
async function replies({ bus, asking }: World): Promise<readonly Target[]> {
  let next = right({});
  for (const subject of ["weather.command.station", "weather.archive.cmd.forget"])
    await bus.answer(subject, () => next);
  const { station, archive } = asking.channel("Oslo");
  const target = (name: string, call: () => Promise<unknown>, good: readonly unknown[]): Target => ({
    name: `replies: ${name}`,
    good,
    attack: async (garbage) => {
      next = garbage;
      await typed(call());
    },
    lives: async () => {
      next = right(good[0]);
      await call();
    },
  });
  return [
    target("a result in a field", () => station.measure({ sensor: "roof" }), [
      { service: "station", command: "measure", success: true, data: { celsius: 1, success: true } },
      { success: true, data: { success: false, error: "No sensor roof", error_code: "x", more: 1 } },
    ]),
    target("a result in a template", () => station.history({ limit: 2 }), [
      { success: true, data: { readings: [1, 2], unit: "C" } },
      { success: false, error: "no", code: "x" },
    ]),
    target("a result beside the status", () => archive.forget({ before: "now" }), [
      { correlation_id: "7", status: "ok", forgotten: 1 },
      { status: "error", error: "no", code: "x", more: 1 },
    ]),
  ];
}

async function state({ bus, asking, listening }: World): Promise<readonly Target[]> {
  const { latest, note } = asking.channel("Oslo").state;
  await note.put("x");
  await latest.put({ celsius: 0 });
  let [watched, count] = [0, 0];
  await listening.channel("Oslo").state.latest.watch(({ value }) => {
    watched = value?.celsius ?? watched;
  });
  return [
    {
      name: "state: values that are watched and read",
      good: [{ celsius: 1, sensor: "roof" }],
      attack: async (garbage) => {
        await bus.write("weather_Oslo", "latest", garbage);
        await typed(latest());
      },
      lives: async () => {
        count += 1;
        await latest.put({ celsius: count });
        await vi.waitFor(() => expect(watched).toBe(count), patience);
        expect((await latest())?.value.celsius).toBe(count);
      },
    },
    {
      name: "state: texts",
      good: ["a note"],
      attack: async (garbage) => {
        await bus.write("weather_Oslo", "note", garbage);
        await typed(note());
      },
      lives: async () => {
        await note.put("good");
        expect((await note())?.value).toBe("good");
      },
    },
  ];
}

async function discovery(world: World): Promise<readonly Target[]> {
  return ["PING", "INFO", "STATS"].map((verb) =>
    asked(world, { name: `discovery: ${verb}`, subject: `$SRV.${verb}.station`, good: [{}] }),
  );
}

interface Asked {
  readonly name: string;
  readonly subject: string;
  readonly good: readonly unknown[];
}

/** A target whose every request is answered once. */
function asked(world: World, { name, subject, good }: Asked): Target {
  return {
    name,
    good,
    attack: (garbage) => world.ask(subject, garbage, "once"),
    lives: async () => {
      const { data } = await world.probe.request(subject, json(good[0]), { timeout: 60_000 });
      expect(parsed(data)).not.toMatchObject({ success: false });
      expect(data).not.toEqual(bytes(""));
    },
  };
}
