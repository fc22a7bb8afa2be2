import { describe, expect, it, vi } from "vitest";
import { refusal } from "../../runtime/commands/service-error.js";
import { ProtocolError } from "../../runtime/error.js";
import type { Observer } from "../../runtime/observe/observer.js";
import { bytes, onBothBuses } from "../support/brokers.js";
import { weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const handlers = {
  measure: () => ({ celsius: 1 }),
  ping: () => ({ pong: true, station: "Oslo" }) as const,
  calibrate: () => ({}),
  history: () => [],
  blink: () => undefined,
};

/** Notes what it is told, and whether times are times. */
function noting(): { readonly told: string[]; readonly observer: Observer } {
  const told: string[] = [];
  const timed = (what: string) => (ref: string, outcome: string, duration: number) => {
    told.push(`${what} ${ref} ${outcome}${duration >= 0 && duration < 10_000 ? "" : ` in ${duration}`}`);
  };
  return {
    told,
    observer: {
      received: (ref) => told.push(`received ${ref}`),
      published: (ref) => told.push(`published ${ref}`),
      handled: timed("handled"),
      served: timed("served"),
      requested: timed("requested"),
      refused: ({ code, ref }) => told.push(`refused ${ref} ${code}`),
      failed: ({ code, ref }) => told.push(`failed ${ref} ${code}`),
      dropped: (ref) => told.push(`dropped ${ref}`),
    },
  };
}

onBothBuses((bus) => {
  describe("an observer", () => {
    it("is told of every event, once as it comes and once for each handler", async () => {
      const { client } = await bus.client(weather, here);
      const { told, observer } = noting();
      client.observe(observer);
      client.on("reading", () => undefined);
      client.on("reading", async () => {
        throw new Error("broken");
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      const ref = "weather/events/reading";
      await vi.waitFor(() => expect(told.length).toBe(5));
      expect(told.sort()).toEqual([
        `failed ${ref} handler_failed`,
        `handled ${ref} handler_failed`,
        `handled ${ref} succeeded`,
        `published ${ref}`,
        `received ${ref}`,
      ]);
    });

    it("is told of what is refused", async () => {
      const { client } = await bus.client(weather, here);
      const { told, observer } = noting();
      client.observe(observer);
      client.on("reading", () => undefined);
      await client.flush();
      const transport = await bus.transport();
      transport.publish("weather.events.oslo.reading", bytes("{"));
      await vi.waitFor(() => expect(told).toEqual(["refused weather/events/reading malformed_message"]));
    });

    it("is told of every request, at both ends, with its outcome", async () => {
      const serving = await bus.client(weather, here);
      const server = noting();
      serving.client.observe(server.observer);
      await serving.client.serve("station", {
        ...handlers,
        measure: ({ sensor }) => {
          if (sensor === "roof") return { celsius: 1 };
          throw refusal("no_such_sensor", "there is none");
        },
        history: () => ["wrong"] as unknown as number[],
      });
      const asking = await bus.client(weather, here);
      const caller = noting();
      asking.client.observe(caller.observer);
      const { station, archive } = asking.client.channel("Oslo");
      await station.measure({ sensor: "roof" });
      await expect(station.measure({ sensor: "cellar" })).rejects.toThrow();
      await expect(station.history({ limit: 1 })).rejects.toThrow();
      await expect(archive.store({ celsius: 1 })).rejects.toThrow();
      expect(server.told).toEqual([
        "served weather/station/measure succeeded",
        "served weather/station/measure command_failed",
        "failed weather/station/history invalid_result",
        "served weather/station/history invalid_result",
      ]);
      expect(caller.told).toEqual([
        "requested weather/station/measure succeeded",
        "requested weather/station/measure command_failed",
        "requested weather/station/history invalid_result",
        "requested weather/archive/store no_responders",
      ]);
    });

    it("times the whole of a handler, the part before it waits included", async () => {
      const { client } = await bus.client(weather, here);
      const durations: number[] = [];
      client.observe({ handled: (_ref, _outcome, duration) => durations.push(duration) });
      client.on("gust", async () => {
        const begun = performance.now();
        while (performance.now() - begun < 20);
        await new Promise((resolve) => setTimeout(resolve, 20));
      });
      await client.flush();
      client.publish("gust", 1);
      await vi.waitFor(() => expect(durations.length).toBe(1));
      expect(durations[0]).toBeGreaterThan(35);
    });

    it("is one of several, until it is stopped", async () => {
      const { client } = await bus.client(weather, here);
      const [one, other] = [noting(), noting()];
      const watching = client.observe(one.observer);
      client.observe(other.observer);
      client.publish("gust", 1);
      watching.stop();
      client.publish("gust", 2);
      expect([one.told.length, other.told.length]).toEqual([1, 2]);
    });

    it("that throws watches no more, and hurts nobody", async () => {
      const { client, errors } = await bus.client(weather, here);
      const { told, observer } = noting();
      client.observe({
        published: () => {
          throw new Error("broken");
        },
        failed: (error) => {
          throw error;
        },
      });
      client.observe(observer);
      client.publish("gust", 1);
      client.publish("gust", 2);
      expect(errors).toMatchObject([{ code: "handler_failed", cause: { message: "broken" } }]);
      expect(errors[0]).toBeInstanceOf(ProtocolError);
      expect(told.filter((line) => line.startsWith("published"))).toHaveLength(2);
    });
  });
});
