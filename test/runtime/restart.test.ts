import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RestartRequest } from "../../runtime/lifecycle/restart.js";
import { onBothBuses } from "../support/brokers.js";
import { clock, weather } from "./fixture-protocol.js";

const toFake = ["setTimeout", "clearTimeout", "performance"] as const;

afterEach(() => {
  vi.useRealTimers();
});

onBothBuses((bus) => {
  describe("a request to all services that they restart", () => {
    beforeEach(() => {
      vi.useRealTimers();
    });

    /** A client that notes when it is to restart, and another that asks for it. */
    async function watching() {
      const { client, errors } = await bus.client(weather);
      const { client: asking } = await bus.client(weather, { service: { name: "operator" } });
      const requests: RestartRequest[] = [];
      const registration = client.onRestart((request) => requests.push(request));
      await client.flush();
      vi.useFakeTimers({ toFake: [...toFake] });
      const ask = async (wait?: number) => {
        asking.publishLifecycle("restart", { reason: "update", by: "alice", ...(wait !== undefined && { wait }) });
        await asking.flush();
        await client.flush();
      };
      return { client, errors, requests, registration, ask };
    }

    it("reaches the handler when its delay is over, with who wants it and why", async () => {
      const { requests, ask } = await watching();
      await ask(10);
      vi.advanceTimersByTime(9_999);
      expect(requests).toEqual([]);
      vi.advanceTimersByTime(1);
      const payload = { reason: "update", by: "alice", wait: 10 };
      expect(requests).toEqual([{ source: "alice", reason: "update", delay: 10_000, payload }]);
    });

    it("is waited for 5 s when it does not say how long, and for no longer than a timer can wait", async () => {
      const { requests, ask } = await watching();
      await ask();
      vi.advanceTimersByTime(4_999);
      expect(requests).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(requests).toMatchObject([{ delay: 5_000 }]);
      await ask(1e12);
      vi.advanceTimersByTime(86_400_000);
      expect(requests).toHaveLength(1);
    });

    it("counts when it is due before one that came earlier, and happens once", async () => {
      const { requests, ask } = await watching();
      for (const wait of [60, 10, 30]) await ask(wait);
      vi.advanceTimersByTime(10_000);
      expect(requests).toMatchObject([{ delay: 10_000 }]);
      vi.advanceTimersByTime(60_000);
      expect(requests).toHaveLength(1);
      await ask(0);
      vi.advanceTimersByTime(1);
      expect(requests).toHaveLength(2);
    });

    it.each(["stop", "close"] as const)("does not happen after a %s", async (how) => {
      const { client, registration, requests, ask } = await watching();
      await ask(10);
      if (how === "stop") registration.stop();
      else await client.close();
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(60_000);
      expect(requests).toEqual([]);
    });

    it("may close the client from its handler", async () => {
      const { client, ask } = await watching();
      const drained = new Promise<void>((resolve) => client.onRestart(() => client.drain("restart").then(resolve)));
      await client.flush();
      await ask(0);
      vi.advanceTimersByTime(1);
      await drained;
      expect(client.health().status).toBe("stopping");
    });

    it("is reported when its handler fails", async () => {
      const { client, errors, ask } = await watching();
      client.onRestart(() => Promise.reject(new Error("stuck")));
      await client.flush();
      await ask(0);
      vi.advanceTimersByTime(1);
      vi.useRealTimers();
      await vi.waitFor(() => expect(errors).toMatchObject([{ code: "handler_failed", cause: { message: "stuck" } }]));
    });

    it("is nothing that every protocol has", async () => {
      const { client } = await bus.client(clock);
      expect(() => client.onRestart(() => undefined)).toThrow(/^\[invalid_argument\].*restart/);
    });
  });
});
