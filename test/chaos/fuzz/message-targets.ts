/** What takes messages that nobody answers: events, durable events, and what services say of themselves. */
import { expect, vi } from "vitest";
import { address, asked, patience, right, stamp, Tally, type Target } from "./target.js";
import type { World } from "./world.js";

/** Handlers of events, of every kind. */
export async function events({ bus, listening, intercepted, arrived }: World): Promise<readonly Target[]> {
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
    isKept: name === "alarm",
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

/** A consumer of durable events, and one of what it gave up. */
export async function durable({ bus, listening }: World): Promise<readonly Target[]> {
  const heard = new Tally();
  await listening.durable("alarm", { name: "fuzz" }, () => heard.count("alarm"));
  await listening.deadLetters("alarms", { name: "fuzz-review" }, () => heard.count("dead letter"));
  const alarm = { event_name: "alarm", payload: { reason: "ice" }, ...address, ...stamp };
  return [
    {
      name: "events: durable, and dead letters",
      good: [alarm],
      isKept: true,
      attack: (garbage) => bus.send("weather.alarms.oslo", garbage),
      lives: async () => {
        const before = heard.of("alarm");
        bus.send("weather.alarms.oslo", right(alarm));
        await vi.waitFor(() => expect(heard.of("alarm")).toBeGreaterThan(before), patience);
      },
    },
  ];
}

/** All that follows services. */
export async function lifecycle(world: World): Promise<readonly Target[]> {
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
