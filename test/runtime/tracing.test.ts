import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it, vi } from "vitest";
import type { ClientOptions } from "../../runtime/client/client.js";
import { type LogFields, loggerOf } from "../../runtime/observe/logger.js";
import { readTrace, type TraceContext, traceHeaders } from "../../runtime/observe/trace.js";
import { tracedLogger, tracing } from "../../runtime/session/tracing.js";
import type { Headers } from "../../runtime/transport/transport.js";
import { onBothBuses } from "../support/brokers.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const traceId = traceparent.slice(3, 35);

onBothBuses((bus) => {
  /** A program that carries traces as Node can. */
  async function traced(options: ClientOptions<WeatherContract> = {}) {
    return bus.client(weather, { ...here, interceptors: [tracing({ storage: new AsyncLocalStorage() })], ...options });
  }

  /** The steps that the gusts on a bus are, as their header fields say. */
  async function listening() {
    const { client } = await bus.client(weather, here);
    const gusts = client.events("gust");
    await client.flush();
    return async () => {
      const { value } = await gusts.next();
      return readTrace(value?.headers);
    };
  }

  /** Sends a reading with these header fields. */
  async function sendReading(headers: Headers = {}) {
    const { client } = await bus.client(weather, here);
    client.publish("reading", { celsius: 1 }, { headers });
    await client.flush();
  }

  describe("a trace", () => {
    it("goes through events and requests, from program to program, each step part of the one before", async () => {
      const steps: (TraceContext | undefined)[] = [];
      const nextGust = await listening();
      const [bot, station] = [await traced(), await traced()];
      bot.client.on("reading", async (_, { channel, trace }) => {
        steps.push(trace);
        await bot.client.flush();
        await channel.station.measure({ sensor: "roof" });
      });
      await station.client.serve("station", {
        measure: async (_, { trace }) => {
          steps.push(trace);
          await station.client.flush();
          station.client.publish("gust", 1);
          return { celsius: 1 };
        },
        ping: () => ({ pong: true, station: "Oslo" }),
        calibrate: () => ({}),
        history: () => [],
        blink: () => undefined,
      });
      await bot.client.flush();
      await sendReading({ traceparent, tracestate: "congo=t61rcWkgMzE" });
      const last = await nextGust();

      expect(last).toMatchObject({ traceId, sampled: true, state: "congo=t61rcWkgMzE" });
      expect(steps).toMatchObject([{ traceId, sampled: true, parentId: traceparent.slice(36, 52) }, { traceId }]);
      // Between them are the request and the event, which are steps of their own.
      const [heard, asked] = steps;
      expect(new Set([heard?.spanId, heard?.parentId, asked?.spanId, asked?.parentId, last?.spanId]).size).toBe(5);
    });

    it("says to others what it says of itself, where it was not recorded too", async () => {
      const nextGust = await listening();
      const { client } = await traced();
      client.on("reading", (_, { channel }) => channel.publish("gust", 1));
      await client.flush();
      await sendReading({ traceparent: traceparent.replace(/01$/, "00") });
      expect(await nextGust()).toMatchObject({ traceId, sampled: false, state: undefined });
    });

    it.each([
      ["no header field", {}],
      ["one that is not allowed", { traceparent: traceparent.toUpperCase(), tracestate: "a=1" }],
      ["two", { traceparent, Traceparent: traceparent }],
    ])("begins anew for a message with %s", async (_, headers) => {
      const nextGust = await listening();
      const { client } = await traced();
      const seen: (TraceContext | undefined)[] = [];
      client.on("reading", (_event, { channel, trace }) => {
        seen.push(trace);
        channel.publish("gust", 1);
      });
      await client.flush();
      await sendReading(headers);
      const gust = await nextGust();
      expect(seen).toMatchObject([{ traceId: gust?.traceId, parentId: undefined, sampled: true, state: undefined }]);
      expect(gust?.traceId).not.toBe(traceId);
    });

    it("begins anew for each thing that a program sends of itself, and is recorded when that is wanted", async () => {
      const nextGust = await listening();
      const { client } = await traced({ interceptors: [tracing({ sample: ({ value }) => value === 2 })] });
      for (const speed of [1, 2]) client.publish("gust", speed);
      const [one, two] = [await nextGust(), await nextGust()];
      expect([one?.sampled, two?.sampled]).toEqual([false, true]);
      expect(one?.traceId).not.toBe(two?.traceId);
    });

    it("is kept apart from those of handlers that run at the same time", async () => {
      const nextGust = await listening();
      const { client } = await traced();
      for (const speed of [1, 2, 3]) {
        client.on("reading", async (_, { trace, channel }) => {
          for (let count = 0; count < speed; count++) await client.flush();
          channel.publish("gust", speed, { id: trace?.spanId ?? "none" });
        });
      }
      await client.flush();
      await sendReading({ traceparent });
      const gusts = [await nextGust(), await nextGust(), await nextGust()];
      expect(gusts.map((gust) => gust?.traceId)).toEqual([traceId, traceId, traceId]);
      expect(new Set(gusts.map((gust) => gust?.spanId)).size).toBe(3);
    });

    it("is carried by hand where nothing else carries it, and what is said by hand counts for more", async () => {
      const nextGust = await listening();
      const byHand = await traced({ interceptors: [tracing()] });
      byHand.client.on("reading", (_, { channel, trace }) => {
        channel.publish("gust", 1);
        channel.publish("gust", 2, { headers: trace ? traceHeaders(trace) : {} });
      });
      await byHand.client.flush();
      await sendReading({ traceparent });
      const [one, two] = [await nextGust(), await nextGust()];
      expect(one?.traceId).not.toBe(traceId);
      expect(two?.traceId).toBe(traceId);

      const other = await traced();
      other.client.publish("gust", 3, { headers: { Traceparent: traceparent, "X-Mood": "sunny" } });
      expect(await nextGust()).toMatchObject({ traceId, spanId: expect.not.stringMatching(traceparent.slice(36, 52)) });
    });

    it("is told to whoever reads the log, by what a handler writes and by what is reported of it", async () => {
      const lines: (LogFields | undefined)[] = [];
      const storage = new AsyncLocalStorage<TraceContext>();
      const logger = tracedLogger(
        loggerOf(() => (_, fields) => lines.push(fields)),
        storage,
      );
      const { client } = await bus.client(weather, {
        ...here,
        interceptors: [tracing({ storage })],
        logger,
        onError: undefined,
      });
      const steps: (TraceContext | undefined)[] = [];
      client.on("reading", async (_, { trace }) => {
        steps.push(trace);
        await client.flush();
        logger.info("warm", { celsius: 1 });
        throw new Error("too warm");
      });
      await client.flush();
      logger.info("ready");
      await sendReading({ traceparent });
      await vi.waitFor(() => expect(lines).toHaveLength(3));
      const said = { trace_id: traceId, span_id: steps[0]?.spanId };
      expect(lines).toMatchObject([{}, { celsius: 1, ...said }, { code: "handler_failed", ...said }]);
      expect(lines[0]).toEqual({});
    });

    it("is told of errors: of a handler, and of a request that failed", async () => {
      const { client, errors } = await traced();
      client.on("reading", async (_, { channel }) => void (await channel.station.measure({ sensor: "roof" })));
      await client.flush();
      await sendReading({ traceparent });
      await vi.waitFor(() => expect(errors).toHaveLength(1));
      expect(errors).toMatchObject([
        { code: "handler_failed", trace: { traceId }, cause: { code: "no_responders", trace: { traceId } } },
      ]);
    });

    it("is nothing to a program without it", async () => {
      const { client } = await bus.client(weather, here);
      const seen: unknown[] = [];
      client.on("reading", ({ headers }, { trace }) => seen.push([headers, trace]));
      await client.flush();
      await sendReading({ traceparent });
      await vi.waitFor(() => expect(seen).toEqual([[expect.objectContaining({ traceparent }), undefined]]));
    });
  });
});
