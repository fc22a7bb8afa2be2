import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { connect } from "../../runtime/client/connect.js";
import type { RegistryChange, RegistryOptions } from "../../runtime/lifecycle/registry.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { connectionLost } from "../../runtime/transport/transport-error.js";
import { json, onBothBuses } from "../support/brokers.js";
import { interruptible } from "../support/interruptible.js";
import { clock, weather } from "./fixture-protocol.js";

/** In the order of one instance's life, for people. */
function told({ kind, instance }: RegistryChange): string {
  return `${instance.instance ?? instance.hostname} ${kind}`;
}

onBothBuses((bus) => {
  async function following(options: RegistryOptions = {}) {
    const { client, errors } = await bus.client(weather);
    const registry = await client.registry(options);
    const changes: string[] = [];
    registry.onChange((change) => changes.push(told(change)));
    return { client, registry, changes, errors };
  }

  async function station(instance: string, heartbeatInterval = 30_000) {
    const service = {
      name: "station",
      version: "1",
      instance,
      hostname: "mast",
      heartbeatInterval,
      metadata: { a: 1 },
    };
    return connect(weather, { transport: await bus.transport(), service });
  }

  describe("a view of who is on the bus", () => {
    it("knows who was there before, for it asks", async () => {
      const before = Date.now();
      await station("one");
      await station("two");
      const { registry } = await following();
      await vi.waitFor(() => expect(registry.instances().length).toBe(2));
      expect(
        registry
          .instances("station")
          .map(({ instance }) => instance)
          .sort(),
      ).toEqual(["one", "two"]);
      const one = registry.instances().find(({ instance }) => instance === "one");
      expect(one).toMatchObject({
        service: "station",
        version: "1",
        hostname: "mast",
        contract: "weather",
        status: "alive",
        endpoints: {},
        metadata: { a: 1 },
      });
      for (const date of [one?.startedAt, one?.firstHeard, one?.lastHeard]) {
        expect(date?.getTime()).toBeGreaterThanOrEqual(before - 5);
        expect(date?.getTime()).toBeLessThanOrEqual(Date.now() + 5);
      }
    });

    it("tells who comes and who goes, by service and by instance", async () => {
      const { registry, changes } = await following();
      expect(registry.isAlive("station")).toBe(false);
      const [one, two] = [await station("one"), await station("two")];
      await vi.waitFor(() => expect(changes).toEqual(["one appeared", "two appeared"]));
      await one.close();
      await vi.waitFor(() => expect(changes.slice(2)).toEqual(["one stopped"]));
      expect(registry.isAlive("station")).toBe(true);
      await two.close();
      await vi.waitFor(() => expect(registry.instances()).toEqual([]));
      expect(registry.isAlive("station")).toBe(false);
    });

    it("knows the endpoints that make sense", async () => {
      const { registry } = await following();
      const endpoints = { health: { port: 80, path: "/health" }, odd: 5 };
      const transport = await bus.transport();
      const about = { endpoints };
      transport.publish("weather.lifecycle.station.alive", json({ service: "station", version: "1", about }));
      await vi.waitFor(() => expect(registry.instances()).toMatchObject([{ endpoints: { health: { port: 80 } } }]));
      expect(registry.instances()[0]?.endpoints).not.toHaveProperty("odd");
    });

    it("tells programs that have no id apart by their machine", async () => {
      const { registry, changes } = await following();
      const transport = await bus.transport();
      for (const machine of ["mast", "hut", "mast"]) {
        transport.publish("weather.lifecycle.station.alive", json({ service: "station", version: "1", machine }));
      }
      transport.publish(
        "weather.lifecycle.station.stopped",
        json({ service: "station", version: "1", machine: "hut" }),
      );
      await vi.waitFor(() => expect(changes).toEqual(["mast appeared", "hut appeared", "hut stopped"]));
      expect(registry.instances()).toMatchObject([{ instance: undefined, startedAt: undefined }]);
    });

    it("ends with its client, and when it is stopped", async () => {
      const { client, registry, changes } = await following();
      registry.stop();
      await station("one");
      await client.flush();
      expect(changes).toEqual([]);
      const other = await following();
      await other.client.close();
      expect(registry.instances()).toEqual([]);
    });

    it("holds the thousand it heard of last, whoever makes up names", async () => {
      const { client, registry, changes } = await following();
      const transport = await bus.transport();
      for (let index = 0; index <= 1000; index++) {
        const about = { id: `${index}` };
        transport.publish("weather.lifecycle.station.alive", json({ service: "station", version: "1", about }));
      }
      await transport.flush();
      await client.flush();
      await vi.waitFor(() => expect(changes.at(-1)).toBe("0 forgotten"));
      expect(registry.instances().length).toBe(1000);
    });

    it("survives a listener that throws", async () => {
      const { registry, errors, changes } = await following();
      registry.onChange(() => {
        throw new Error("broken");
      });
      await station("one");
      await vi.waitFor(() => expect(errors).toMatchObject([{ code: "handler_failed" }]));
      expect(changes).toEqual(["one appeared"]);
      expect(registry.isAlive("station")).toBe(true);
    });

    it("that cannot ask who is there leaves nothing behind", async () => {
      const bare = await bus.transport();
      const open = new Set<string>();
      const transport: Transport = {
        ...interruptible(bare),
        flush: () => Promise.reject(connectionLost(undefined)),
        subscribe: (subject, ...how) => {
          const subscription = bare.subscribe(subject, ...how);
          open.add(subject);
          const unsubscribe = () => {
            open.delete(subject);
            subscription.unsubscribe();
          };
          return { unsubscribe, drain: () => subscription.drain() };
        },
      };
      const client = createClient(weather, transport);
      await expect(client.registry()).rejects.toMatchObject({ code: "connection_failed" });
      expect([...open]).toEqual([]);
      await client.close();
    });

    it("needs services that speak of themselves, and times of some length", async () => {
      const { client } = await bus.client(clock);
      await expect(client.registry()).rejects.toThrow(/^\[invalid_argument\].*clock/);
      const weatherClient = (await bus.client(weather)).client;
      await expect(weatherClient.registry({ forgetAfter: 0 })).rejects.toThrow("forgetAfter must be above 0");
    });
  });

  describe("silence", () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    async function hearing(options: RegistryOptions) {
      const parts = await following(options);
      const transport = await bus.transport();
      const say = async (id: string, every?: number) => {
        const about = { id, ...(every !== undefined && { every }) };
        transport.publish("weather.lifecycle.station.alive", json({ service: "station", version: "1", about }));
        await transport.flush();
        await parts.client.flush();
      };
      return { ...parts, say };
    }

    it("makes an instance stale after three heartbeats, by its own interval if it says one", async () => {
      const { registry, changes, say } = await hearing({ heartbeatInterval: 20_000 });
      await say("usual");
      await say("quick", 1);
      changes.length = 0;
      vi.advanceTimersByTime(2_999);
      expect(changes).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(changes).toEqual(["quick stale"]);
      vi.advanceTimersByTime(56_999);
      expect(changes).toEqual(["quick stale"]);
      vi.advanceTimersByTime(1);
      expect(changes).toEqual(["quick stale", "usual stale"]);
      expect(registry.isAlive("station")).toBe(false);
      expect(registry.instances().map(({ status }) => status)).toEqual(["stale", "stale"]);
    });

    it("is over when the instance is heard of", async () => {
      const { changes, say } = await hearing({ heartbeatInterval: 1_000 });
      await say("one");
      vi.advanceTimersByTime(2_000);
      await say("one");
      vi.advanceTimersByTime(2_000);
      expect(changes).toEqual(["one appeared"]);
      vi.advanceTimersByTime(1_000);
      await say("one");
      expect(changes).toEqual(["one appeared", "one stale", "one recovered"]);
    });

    it("is not waited for any more when the view ends", async () => {
      for (const how of ["stop", "close"] as const) {
        const { client, registry, changes, say } = await hearing({ heartbeatInterval: 1_000 });
        const timers = vi.getTimerCount();
        await say("one");
        expect(vi.getTimerCount()).toBe(timers + 1);
        if (how === "stop") registry.stop();
        else await client.close();
        expect(vi.getTimerCount()).toBeLessThanOrEqual(timers);
        vi.advanceTimersByTime(10_000);
        expect(changes).toEqual(["one appeared"]);
      }
    });

    it("is not waited for any more when a listener ends the view", async () => {
      const { registry, say } = await hearing({ heartbeatInterval: 1_000 });
      const timers = vi.getTimerCount();
      await say("one");
      registry.onChange(({ kind }) => kind === "stale" && registry.stop());
      vi.advanceTimersByTime(3_000);
      expect(vi.getTimerCount()).toBeLessThanOrEqual(timers);
    });

    it("makes it forgotten in the end", async () => {
      const { registry, changes, say } = await hearing({ heartbeatInterval: 1_000, forgetAfter: 10_000 });
      const timers = vi.getTimerCount();
      await say("one");
      vi.advanceTimersByTime(9_999);
      expect(registry.instances()).toHaveLength(1);
      vi.advanceTimersByTime(1);
      expect(changes).toEqual(["one appeared", "one stale", "one forgotten"]);
      expect(registry.instances()).toEqual([]);
      expect(vi.getTimerCount()).toBe(timers);
    });
  });
});
