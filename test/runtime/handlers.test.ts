import { describe, expect, it, vi } from "vitest";
import { loggerOf } from "../../runtime/observe/logger.js";
import { onBothBuses } from "../support/brokers.js";
import { gate } from "../support/gate.js";
import { weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;

onBothBuses((bus) => {
  const reading = bus.spelled("weather.events.oslo.reading");
  describe("a handler", () => {
    it("gets one event at a time, in order of arrival", async () => {
      const { client } = await bus.client(weather, here);
      const log: string[] = [];
      client.on("reading", async ({ payload: { celsius } }) => {
        log.push(`begin ${celsius}`);
        // The earlier, the slower.
        await new Promise((resolve) => setTimeout(resolve, 10 - celsius));
        log.push(`end ${celsius}`);
      });
      await client.flush();
      for (let celsius = 0; celsius < 10; celsius++) client.publish("reading", { celsius });
      await vi.waitFor(() => expect(log.length).toBe(20));
      expect(log).toEqual([...Array(10).keys()].flatMap((celsius) => [`begin ${celsius}`, `end ${celsius}`]));
    });

    it("keeps the order when some of its calls finish at once and others do not, however many wait", async () => {
      const { client } = await bus.client(weather, { ...here, maxWaiting: 20_000 });
      const seen: number[] = [];
      const { opened, open } = gate();
      client.on("reading", ({ payload: { celsius } }) => {
        seen.push(celsius);
        return celsius % 5000 === 0 ? opened : undefined;
      });
      await client.flush();
      for (let celsius = 0; celsius < 20_000; celsius++) client.publish("reading", { celsius });
      await client.flush();
      open();
      await vi.waitFor(() => expect(seen.length).toBe(20_000));
      expect(seen.every((celsius, index) => celsius === index)).toBe(true);
    });

    it("that is slow holds up nobody else", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo", "Bergen"] });
      const { opened, open } = gate();
      const seen: string[] = [];
      client.channel("Oslo").on("reading", () => opened);
      client.channel("Oslo").on("reading", () => seen.push("same event"));
      client.on("gust", () => seen.push("other event"));
      client.channel("Bergen").on("reading", () => seen.push("other channel"));
      await client.flush();
      for (let count = 0; count < 2; count++) client.channel("Oslo").publish("reading", { celsius: 1 });
      client.channel("Oslo").publish("gust", 1);
      client.channel("Bergen").publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen.length).toBe(4));
      expect(seen.sort()).toEqual(["other channel", "other event", "same event", "same event"]);
      open();
      await client.settled();
    });

    it("of all channels that is slow in one is not slow in another", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo", "Bergen"] });
      const { opened, open } = gate();
      const seen: string[] = [];
      client.on("reading", ({ channel }) => {
        seen.push(channel);
        return channel === "Oslo" ? opened : undefined;
      });
      await client.flush();
      for (const channel of ["Oslo", "Oslo", "Bergen", "Bergen"])
        client.channel(channel).publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen).toEqual(["Oslo", "Bergen", "Bergen"]));
      open();
      await vi.waitFor(() => expect(seen.length).toBe(4));
    });

    it.each([
      [
        "throws",
        () => {
          throw new Error("broken");
        },
      ],
      ["rejects", () => Promise.reject(new Error("broken"))],
      [
        "rejects later",
        async () => {
          await new Promise((resolve) => setImmediate(resolve));
          throw new Error("broken");
        },
      ],
    ])("that %s is reported once for each event, and gets the next one", async (_, fail) => {
      const { client, errors, invalid } = await bus.client(weather, here);
      let calls = 0;
      client.on("reading", () => {
        calls += 1;
        return fail();
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      client.publish("reading", { celsius: 2 });
      await vi.waitFor(() => expect(errors.length).toBe(2));
      expect(calls).toBe(2);
      expect(errors[0]).toMatchObject({
        code: "handler_failed",
        subject: reading,
        ref: "weather/events/reading",
        cause: { message: "broken" },
      });
      expect(invalid).toEqual([]);
    });

    it.each([undefined, null, "text", { code: 5 }])("may throw even %j", async (thrown) => {
      const { client, errors } = await bus.client(weather, here);
      client.on("reading", () => {
        throw thrown;
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(errors).toMatchObject([{ code: "handler_failed" }]));
    });

    it("that hangs is given up and told so, and gets the next event", async () => {
      const { client, errors } = await bus.client(weather, { ...here, handlerTimeout: 40 });
      const signals: AbortSignal[] = [];
      const seen: number[] = [];
      client.on("reading", ({ payload }, { signal }) => {
        seen.push(payload.celsius);
        signals.push(signal);
        return payload.celsius === 1 ? new Promise(() => undefined) : undefined;
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      client.publish("reading", { celsius: 2 });
      await vi.waitFor(() => expect(seen).toEqual([1, 2]));
      expect(errors).toMatchObject([{ code: "handler_timeout", subject: reading, ref: "weather/events/reading" }]);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
      expect(signals[0]?.reason).toMatchObject({ code: "handler_timeout" });
    });

    it("that fails after it was given up is not reported twice", async () => {
      const { client, errors } = await bus.client(weather, { ...here, handlerTimeout: 20 });
      const failed = vi.fn();
      client.on("reading", async (_, { signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        failed();
        throw new Error("too late");
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(failed).toHaveBeenCalled());
      await client.flush();
      expect(errors.map(({ code }) => code)).toEqual(["handler_timeout"]);
    });

    it("may ask for its signal only after it was given up", async () => {
      const { client, errors } = await bus.client(weather, { ...here, handlerTimeout: 20 });
      const late: boolean[] = [];
      client.on("reading", async (_, context) => {
        await vi.waitFor(() => expect(errors).toMatchObject([{ code: "handler_timeout" }]));
        late.push(context.signal.aborted);
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(late).toEqual([true]));
    });

    it("that finishes in time is not given up", async () => {
      const { client, errors } = await bus.client(weather, { ...here, handlerTimeout: 3_000 });
      const seen: boolean[] = [];
      client.on("reading", async (_, { signal }) => {
        // Longer than until somebody looks for those that take too long.
        await new Promise((resolve) => setTimeout(resolve, 350));
        seen.push(signal.aborted);
      });
      await client.flush();
      client.publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(seen).toEqual([false]));
      expect(errors).toEqual([]);
    });
  });

  describe("a listener for errors", () => {
    it.each([
      [
        "throws",
        () => {
          throw new Error("worse");
        },
      ],
      ["rejects", () => Promise.reject(new Error("worse"))],
    ])("that %s hurts nobody, and is logged with what it was told", async (_, listener) => {
      const lines: string[] = [];
      const logger = loggerOf(() => (line) => lines.push(line));
      const { client } = await bus.client(weather, { ...here, onError: listener, onInvalid: listener, logger });
      const seen: number[] = [];
      client.on("reading", ({ payload }) => {
        seen.push(payload.celsius);
        throw new Error("broken");
      });
      await client.flush();
      const transport = await bus.transport();
      transport.publish(reading, new Uint8Array([0xff]));
      await transport.flush();
      client.publish("reading", { celsius: 1 });
      client.publish("reading", { celsius: 2 });
      await vi.waitFor(() => expect(lines.length).toBe(6));
      expect(seen).toEqual([1, 2]);
      expect(lines).toContainEqual(expect.stringContaining("worse"));
      expect(lines).toContainEqual(expect.stringContaining("broken"));
      expect(lines).toContainEqual(expect.stringContaining("not UTF-8"));
    });

    it("is the logger when there is no other, with one line that says where", async () => {
      const lines: string[] = [];
      const logger = loggerOf((level) => (line) => lines.push(`${level}: ${line}`));
      const { client } = await bus.client(weather, { ...here, onError: undefined, onInvalid: undefined, logger });
      client.on("reading", () => {
        throw new TypeError("broken\nin two");
      });
      await client.flush();
      const transport = await bus.transport();
      transport.publish(reading, new Uint8Array([0xff]));
      await transport.flush();
      client.publish("reading", { celsius: 1 });
      await vi.waitFor(() => expect(lines.length).toBe(2));
      expect(lines.sort()).toEqual([
        `error: [handler_failed] the handler of weather/events/reading threw: TypeError: broken in two (${reading})`,
        `warn: [malformed_message] the message is not UTF-8 (weather/events/reading, ${reading})`,
      ]);
    });
  });
});
