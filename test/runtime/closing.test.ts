import { describe, expect, it, vi } from "vitest";
import type { Client } from "../../runtime/client/client.js";
import type { RunOptions } from "../../runtime/client/run.js";
import { onBothBuses } from "../support/brokers.js";
import { isForgotten } from "../support/heap.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const handlers = {
  measure: () => ({ celsius: 1 }),
  ping: () => ({ pong: true, station: "Oslo" }) as const,
  calibrate: () => ({}),
  history: () => [],
  blink: () => undefined,
};

/** What keeps the process alive, of one kind: `Timeout`, `TCPSocketWrap`. */
function resources(kind: string): number {
  return process.getActiveResourcesInfo().filter((name) => name === kind).length;
}

onBothBuses((bus) => {
  describe("closing a client", () => {
    it("aborts its handlers, forgets what waits, and reports nothing", async () => {
      const { client, errors } = await bus.client(weather, here);
      const signals: AbortSignal[] = [];
      let calls = 0;
      client.on("reading", (_, { signal }) => {
        calls += 1;
        signals.push(signal);
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      client.publish("reading", { celsius: 2 });
      await vi.waitFor(() => expect(calls).toBe(1));
      await client.flush();
      await client.close();
      await client.close();
      expect(signals[0]?.reason).toMatchObject({ code: "connection_closed" });
      expect(calls).toBe(1);
      expect(errors).toEqual([]);
    });

    it("ends its requests, and refuses everything afterwards", async () => {
      const silent = await bus.transport();
      silent.subscribe("weather.station.command", () => undefined);
      await silent.flush();
      const { client } = await bus.client(weather, here);
      const { station, state } = client.channel("Oslo");
      const waiting = expect(station.ping()).rejects.toMatchObject({ code: "connection_closed" });
      await vi.waitFor(() => client.flush());
      await client.close();
      await waiting;
      await expect(station.ping()).rejects.toMatchObject({ code: "connection_closed" });
      await expect(state.latest()).rejects.toMatchObject({ code: "connection_closed" });
      expect(() => client.publish("reading", { celsius: 1 })).toThrow(/^\[connection_closed\]/);
      expect(() => client.on("gust", () => undefined)).toThrow(/^\[connection_closed\]/);
      await expect(client.serve("station", handlers)).rejects.toMatchObject({ code: "connection_closed" });
    });

    it("answers the requests that it is in the middle of", async () => {
      const { client, errors } = await bus.client(weather, here);
      const begun = vi.fn();
      await client.serve("station", {
        ...handlers,
        measure: () => {
          begun();
          return new Promise(() => undefined);
        },
      });
      const asking = await bus.client(weather, here);
      const waiting = asking.client.channel("Oslo").station.measure({ sensor: "roof" });
      const outcome = expect(waiting).rejects.toMatchObject({
        code: "handler_failed",
        rawMessage: "the service was stopped",
      });
      await vi.waitFor(() => expect(begun).toHaveBeenCalled());
      await client.close();
      await outcome;
      expect(errors).toEqual([]);
    });

    it("leaves no timers and no sockets", async () => {
      await vi.waitFor(() => expect(resources("TCPSocketWrap")).toBe(0));
      const timers = resources("Timeout");
      const { client } = await bus.client(weather, { ...here, requestTimeout: 60_000 });
      await client.serve("station", { ...handlers, ping: () => new Promise(() => undefined) });
      client.on("reading", () => new Promise(() => undefined));
      client.onUnknown(() => undefined);
      client.onLifecycle("started", () => undefined);
      await client.channel("Oslo").state.note.put("x");
      await client.channel("Oslo").state.note.watch(() => undefined);
      const waiting = client
        .channel("Oslo")
        .station.ping()
        .catch((reason) => reason.code);
      client.publish("reading", { celsius: 1 });
      await client.flush();
      await client.close();
      expect(["connection_closed", "handler_failed"]).toContain(await waiting);
      await vi.waitFor(() => expect(resources("TCPSocketWrap")).toBe(0));
      expect(resources("Timeout")).toBeLessThanOrEqual(timers);
    });
  });

  describe("a client that stays open", () => {
    it("forgets what was stopped: services, and views of who is on the bus", async () => {
      const { client } = await bus.client(weather, here);
      const stopped = async () => {
        const [service, registry] = [await client.serve("station", handlers), await client.registry()];
        service.stop();
        registry.stop();
        const drained = await client.serve("station", handlers);
        await drained.drain();
        return [service, registry, drained].map((each) => new WeakRef<object>(each));
      };
      const references = await stopped();
      await client.flush();
      await vi.waitFor(() => expect(references.map(isForgotten)).toEqual([true, true, true]));
    });
  });

  describe("what happens to the connection", () => {
    it("is told to every listener, whatever the others do", async () => {
      const { client, errors } = await bus.client(weather, here);
      const kinds: string[] = [];
      client.onStatus(() => {
        throw new Error("at once");
      });
      client.onStatus(async () => {
        throw new Error("later");
      });
      client.onStatus(({ kind }) => kinds.push(kind));
      client.onStatus(({ kind }) => kinds.push(kind)).stop();
      await client.close();
      await vi.waitFor(() =>
        expect(errors.map(({ code, rawMessage }) => `${code}: ${rawMessage}`).sort()).toEqual([
          "handler_failed: at once",
          "handler_failed: later",
        ]),
      );
      expect(kinds).toEqual(["closed"]);
    });
  });

  describe("draining a client", () => {
    it("takes nothing more, lets handlers finish, answers included, and closes", async () => {
      const { client, errors } = await bus.client(weather, here);
      const log: string[] = [];
      let open: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      client.on("reading", async ({ payload }) => {
        log.push(`begin ${payload.celsius}`);
        await opened;
        await client.flush();
        log.push(`end ${payload.celsius}`);
      });
      await client.serve("station", {
        ...handlers,
        measure: async () => {
          await opened;
          return { celsius: 5 };
        },
      });
      const asking = await bus.client(weather, here);
      const answer = asking.client.channel("Oslo").station.measure({ sensor: "roof" });
      asking.client.publish("reading", { celsius: 1 });
      asking.client.publish("reading", { celsius: 2 });
      await asking.client.flush();
      await vi.waitFor(() => expect(log).toEqual(["begin 1"]));
      await client.flush();
      const draining = client.drain();
      await asking.client.flush();
      await client.flush();
      asking.client.publish("reading", { celsius: 3 });
      await asking.client.flush();
      open();
      await draining;
      expect(await answer).toEqual({ celsius: 5 });
      expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2"]);
      expect(errors).toEqual([]);
      expect(() => client.publish("reading", { celsius: 1 })).toThrow(/^\[connection_closed\]/);
    });
  });

  describe("running a client", () => {
    it.each(["SIGINT", "SIGTERM"] as const)("lasts until %s, and drains", async (signal) => {
      const { client } = await bus.client(weather, here);
      const before = process.listenerCount(signal);
      const running = client.run();
      expect(process.listenerCount(signal)).toBe(before + 1);
      process.emit(signal);
      await running;
      expect(process.listenerCount(signal)).toBe(before);
      expect(() => client.publish("reading", { celsius: 1 })).toThrow(/^\[connection_closed\]/);
    });

    it("gives handlers a time to finish, and then aborts them", async () => {
      const { client, errors } = await bus.client(weather, here);
      const { aborted, running } = await runWithBusyHandler(client, { drainTimeout: 50 });
      process.emit("SIGTERM");
      await running;
      await vi.waitFor(() => expect(aborted()).toBe(true));
      expect(errors[0]?.message).toMatch(
        /^\[handler_timeout\] handlers did not finish within 50 ms of being told to stop/,
      );
      expect(() => client.publish("reading", { celsius: 1 })).toThrow(/^\[connection_closed\]/);
    });

    it("is over at once when it is told to stop twice", async () => {
      const { client } = await bus.client(weather, here);
      const { aborted, running } = await runWithBusyHandler(client);
      process.emit("SIGINT");
      process.emit("SIGINT");
      await running;
      await vi.waitFor(() => expect(aborted()).toBe(true));
    });

    it("refuses a time that no timer can wait for", async () => {
      const { client } = await bus.client(weather, here);
      await expect(client.run({ drainTimeout: 0 })).rejects.toThrow(/drainTimeout must be above 0/);
    });

    it("is over when the client is closed", async () => {
      const { client } = await bus.client(weather, here);
      const running = client.run();
      await client.close();
      await running;
    });
  });
});

/** A client that runs, and is in the middle of a handler that only ends when it is aborted. */
async function runWithBusyHandler(client: Client<WeatherContract>, options?: RunOptions) {
  let signal: AbortSignal | undefined;
  client.on("reading", async (_, context) => {
    signal = context.signal;
    await new Promise((resolve) => signal?.addEventListener("abort", resolve));
  });
  await client.flush();
  client.publish("reading", { celsius: 1 });
  await vi.waitFor(() => expect(signal).toBeDefined());
  return { aborted: () => signal?.aborted, running: client.run(options) };
}
