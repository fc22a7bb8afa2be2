import { describe, expect, it, vi } from "vitest";
import type { ClientOptions } from "../../runtime/client/client.js";
import type { Headers } from "../../runtime/transport/transport.js";
import { json, onBothBuses, parsed } from "../support/brokers.js";
import { gate } from "../support/gate.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";
import { idle, type StationHandlers } from "./fixture-station.js";

const here = { channels: ["Oslo"] } as const;
const subject = "weather.station.command";
const header = "Request-Timeout-Ms";

type Measure = StationHandlers["measure"];

onBothBuses((bus) => {
  /** Serves a station whose measurements the test makes, and asks for them with whatever header. */
  async function measuring(measure: Measure, options: ClientOptions<WeatherContract> = {}) {
    const { client, errors } = await bus.client(weather, { ...here, ...options });
    await client.serve("station", { ...idle, measure });
    const transport = await bus.transport();
    const replies: unknown[] = [];
    transport.subscribe("_INBOX.>", ({ data }) => replies.push(parsed(data)));
    const ask = async (sensor: string, headers?: Headers) => {
      const request = json({ command: "measure", args: { sensor } });
      return parsed((await transport.request(subject, request, { timeout: 10_000, headers })).data);
    };
    return { client, errors, transport, replies, ask };
  }

  describe("a request", () => {
    const saidTo = async (options: ClientOptions<WeatherContract>) => {
      const transport = await bus.transport();
      const said: (string | undefined)[] = [];
      transport.subscribe(subject, ({ headers, respond }) => {
        said.push(headers?.[header]);
        respond?.(json({ success: true, data: { pong: true, station: "Oslo" } }));
      });
      await transport.flush();
      const { client } = await bus.client(weather, { ...here, ...options });
      return { said, station: client.channel("Oslo").station };
    };

    it("says how long its caller waits, in ms, when the caller has said it", async () => {
      const { said, station } = await saidTo({ requestTimeout: 4000 });
      await station.ping();
      await station.ping({}, { timeout: 2500.5 });
      await station.ping({}, { timeout: 300_000, headers: { Other: "1" } });
      expect(said).toEqual([undefined, "2501", "300000"]);
    });

    it("says what is left when it is sent late", async () => {
      const { said, station } = await saidTo({ retry: { times: 1 } });
      await station.ping({}, { timeout: 3000, retry: { times: 0 } });
      await station.ping({}, { timeout: 3000 });
      expect(said[0]).toBe("3000");
      expect(Number(said[1])).toBeGreaterThan(0);
      expect(Number(said[1])).toBeLessThanOrEqual(3000);
    });
  });

  describe("a handler of a command", () => {
    it("has as long as its caller waits", async () => {
      const aborted = vi.fn();
      const { errors, replies, transport, ask } = await measuring(async (_, { signal, deadline }) => {
        expect(deadline.getTime() - Date.now()).toBeLessThanOrEqual(60);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        aborted(signal.reason.code);
        return { celsius: 1 };
      });
      expect(await ask("roof", { [header]: "60" })).toMatchObject({ success: false, code: "handler_timeout" });
      expect(aborted).toHaveBeenCalledWith("handler_timeout");
      expect(errors).toMatchObject([{ code: "handler_timeout", ref: "weather/station/measure" }]);
      await transport.flush();
      expect(replies.length).toBe(1);
    });

    it("has no longer than the service gives it", async () => {
      const { errors, ask } = await measuring(() => new Promise(() => undefined), { handlerTimeout: 30 });
      expect(await ask("roof", { [header]: "8000" })).toMatchObject({ success: false, code: "handler_timeout" });
      expect(errors[0]?.message).toMatch(/did not finish within 30 ms/);
    });

    it.each([
      ["nothing", undefined],
      ["something else", { Other: "1" }],
      ["what nobody understands", { [header]: "soon" }],
    ])("has as long as usual when the request says %s", async (_, headers) => {
      const left: number[] = [];
      const { ask } = await measuring(
        (_, { deadline }) => {
          left.push(deadline.getTime() - Date.now());
          return { celsius: 1 };
        },
        { handlerTimeout: 1_000_000 },
      );
      expect(await ask("roof", headers)).toMatchObject({ success: true });
      expect(left[0]).toBeGreaterThan(900_000);
      expect(left[0]).toBeLessThanOrEqual(1_000_000);
    });
  });

  describe("a request whose time is over before its turn comes", () => {
    it("is not begun, and is answered once", async () => {
      const begun: string[] = [];
      const { opened, open } = gate();
      const { client, replies, transport, ask } = await measuring(
        async ({ sensor }) => {
          begun.push(sensor);
          if (sensor === "first") await opened;
          return { celsius: 1 };
        },
        { maxConcurrentHandlers: 1 },
      );
      const first = ask("first");
      await vi.waitFor(() => expect(begun).toEqual(["first"]));
      const second = ask("second", { [header]: "1" });
      const third = ask("third");
      await transport.flush();
      await client.flush();
      const arrived = performance.now();
      await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(arrived + 1), { interval: 1 });
      open();
      expect(await second).toMatchObject({ success: false, code: "expired", command: "measure" });
      expect(await first).toMatchObject({ success: true });
      expect(await third).toMatchObject({ success: true });
      expect(begun).toEqual(["first", "third"]);
      expect(client.counts.dropped).toBe(1);
      await transport.flush();
      expect(replies.length).toBe(3);
    });
  });
});
