import { describe, expect, it, vi } from "vitest";
import type { ClientOptions } from "../../runtime/client/client.js";
import type { CommandContext } from "../../runtime/commands/command-context.js";
import type { ServeOptions } from "../../runtime/commands/serve.js";
import { refusal } from "../../runtime/commands/service-error.js";
import { ProtocolError } from "../../runtime/error.js";
import type { Delivery } from "../../runtime/transport/transport.js";
import { json, onBothBuses, parsed } from "../support/brokers.js";
import { clock, type WeatherContract, weather } from "./fixture-protocol.js";
import { idle, type StationHandlers } from "./fixture-station.js";

const here = { channels: ["Oslo"] } as const;
const quick = { timeout: 2000 };
/** All that a caller is told of what went wrong inside. */
const hasFailed = { code: "handler_failed", rawMessage: "handler failed" };

onBothBuses((bus) => {
  const subject = bus.spelled("weather.station.command");
  /** Serves a station, and asks it from elsewhere. */
  async function station(
    handlers: Partial<StationHandlers> = {},
    options: ClientOptions<WeatherContract> & { readonly serve?: ServeOptions } = {},
  ) {
    const serving = await bus.client(weather, { ...here, ...options });
    const service = await serving.client.serve("station", { ...idle, ...handlers }, options.serve);
    const asking = await bus.client(weather, { channels: ["Oslo", "Bergen"] });
    const transport = await bus.transport();
    const ask = async (request: object) => parsed((await transport.request(subject, json(request), quick)).data);
    return {
      ...serving,
      service,
      asking: asking.client,
      transport,
      ask,
      station: asking.client.channel("Oslo").station,
    };
  }

  describe("a service", () => {
    it("answers a ping", async () => {
      const { station: remote } = await station();
      expect(await remote.ping()).toEqual({ pong: true, station: "Oslo" });
    });

    it("gives its handlers the arguments, and who asks for what", async () => {
      const contexts: CommandContext[] = [];
      const { asking } = await station({
        measure: ({ sensor }, context) => {
          contexts.push(context as CommandContext);
          return { celsius: 2, sensor };
        },
      });
      const start = Date.now();
      expect(await asking.channel("Oslo").station.measure({ sensor: "roof" }, { id: "7" })).toEqual({
        celsius: 2,
        sensor: "roof",
      });
      const [context] = contexts;
      expect(context).toMatchObject({
        source: "anonymous",
        id: "7",
        subject,
        address: { region: "north", station: "Oslo" },
      });
      expect(context?.signal.aborted).toBe(false);
      expect(Math.abs((context?.deadline.getTime() ?? 0) - start - 30_000)).toBeLessThan(2000);
    });

    it("calls handlers as methods of what it was given", async () => {
      class Counter implements StationHandlers {
        count = 0;
        measure() {
          this.count += 1;
          return { celsius: this.count };
        }
        ping = idle.ping;
        calibrate = idle.calibrate;
        history = idle.history;
        blink = idle.blink;
      }
      const serving = await bus.client(weather, here);
      await serving.client.serve("station", new Counter());
      const { client } = await bus.client(weather, here);
      await client.channel("Oslo").station.measure({ sensor: "roof" });
      expect(await client.channel("Oslo").station.measure({ sensor: "roof" })).toEqual({ celsius: 2 });
    });

    it("answers many requests at once, the quick before the slow", async () => {
      const held: (() => void)[] = [];
      const { station: remote } = await station({
        measure: ({ sensor }) =>
          sensor === "slow" ? new Promise((resolve) => held.push(() => resolve({ celsius: 9 }))) : { celsius: 1 },
      });
      const slow = remote.measure({ sensor: "slow" });
      await vi.waitFor(() => expect(held.length).toBe(1));
      expect(await remote.measure({ sensor: "roof" })).toEqual({ celsius: 1 });
      held[0]?.();
      expect(await slow).toEqual({ celsius: 9 });
    });

    it("takes commands and arguments by their other names, and from callers that say little", async () => {
      const { ask } = await station({ measure: ({ sensor }) => ({ celsius: 1, sensor }) });
      const answer = (command: string) => ({
        service: "station",
        command,
        success: true,
        data: { celsius: 1, sensor: "roof", success: true },
      });
      expect(await ask({ command: "read", args: { probe: "roof" } })).toEqual(answer("read"));
      expect(await ask({ service: "system", command: "measure", args: { sensor: "roof", probe: "cellar" } })).toEqual(
        answer("measure"),
      );
      expect(await ask({ command: "measure", args: { sensor: null, probe: "roof" } })).toMatchObject({
        success: false,
        error: expect.stringContaining("/sensor must be a string, not null"),
      });
      expect(await ask({ command: "measure", args: { sensor: "roof", since: 1 }, more: 1 })).toEqual(answer("measure"));
      expect(await ask({ command: "system.ping" })).toMatchObject({ success: true, data: { pong: true } });
    });

    it("runs a request that wants no answer", async () => {
      const seen: string[] = [];
      const { transport, errors } = await station({
        measure: ({ sensor }) => {
          seen.push(sensor);
          if (sensor === "broken") throw new Error("broken");
          return { celsius: 1 };
        },
      });
      for (const sensor of ["roof", "broken"])
        transport.publish(subject, json({ command: "measure", args: { sensor } }));
      await vi.waitFor(() => expect(seen).toEqual(["roof", "broken"]));
      expect(errors).toMatchObject([{ code: "handler_failed" }]);
    });

    it("never answers a command whose envelope has no reply", async () => {
      const blinks: number[] = [];
      const { transport } = await station({ blink: ({ times }) => blinks.push(times) });
      const request = json({ command: "blink", args: { times: 3 } });
      await expect(transport.request(subject, request, { timeout: 50 })).rejects.toMatchObject({ code: "timeout" });
      expect(blinks).toEqual([3]);
    });

    it("may have a subject and an envelope for each command", async () => {
      const serving = await bus.client(weather, here);
      await serving.client.serve("archive", { store: () => ({ stored: 1 }), forget: () => ({ forgotten: 2 }) });
      const transport = await bus.transport();
      const answer = await transport.request(
        "weather.archive.cmd.store",
        json({ correlation_id: "9", celsius: 1 }),
        quick,
      );
      expect(parsed(answer.data)).toEqual({ correlation_id: "9", status: "ok", stored: 1 });
      const { client } = await bus.client(weather, here);
      expect(await client.channel("Oslo").archive.forget({ before: "noon" })).toEqual({ forgotten: 2 });
    });

    it("of a protocol without an address serves everybody", async () => {
      const serving = await bus.client(clock);
      await serving.client.serve("clock", { now: () => ({ hour: 7 }) });
      const { client } = await bus.client(clock);
      expect(await client.services.clock.now()).toEqual({ hour: 7 });
    });

    it("may listen in several dialects", async () => {
      await station({}, { serve: { dialects: ["live", "exact"] } });
      for (const dialect of ["live", "exact"]) {
        const { client } = await bus.client(weather, { ...here, dialect });
        expect(await client.channel("Oslo").station.measure({ sensor: "roof" })).toEqual({ celsius: 1 });
      }
    });

    it("wraps its result where the command says so", async () => {
      const { ask, station: remote } = await station({ history: () => [1, 2] });
      expect(await ask({ command: "history", args: { limit: 2 } })).toMatchObject({
        data: { readings: [1, 2], unit: "C" },
      });
      expect(await remote.history({ limit: 2 })).toEqual([1, 2]);
    });

    it("answers nothing more once it is stopped", async () => {
      const { service, station: remote, client } = await station();
      service.stop();
      await client.flush();
      await expect(remote.ping()).rejects.toMatchObject({ code: "no_responders" });
    });

    it("is not started without all its handlers", async () => {
      const { client } = await bus.client(weather, here);
      const some = { measure: idle.measure, ping: idle.ping } as unknown as StationHandlers;
      await expect(client.serve("station", some)).rejects.toThrow(
        /^\[invalid_argument\] the handlers of station lack calibrate, history, blink/,
      );
    });
  });

  describe("a handler that", () => {
    const failing = async (handler: StationHandlers["measure"], options: ClientOptions<WeatherContract> = {}) => {
      const served = await station({ measure: handler }, options);
      const replies: Delivery[] = [];
      served.transport.subscribe("_INBOX.>", (delivery) => replies.push(delivery));
      await served.transport.flush();
      const refused = await served.station.measure({ sensor: "roof" }).catch((reason) => reason);
      return { ...served, refused, replies };
    };

    it("refuses tells the caller why, and is not reported", async () => {
      const { refused, errors, ask } = await failing(() => {
        throw refusal("no_such_sensor", "there is no sensor roof", { nearest: "floor" });
      });
      expect(refused).toMatchObject({
        code: "command_failed",
        serviceCode: "no_such_sensor",
        rawMessage: "there is no sensor roof",
        ref: "weather/station/measure",
      });
      expect(errors).toEqual([]);
      expect(await ask({ command: "measure", args: { sensor: "roof" } })).toEqual({
        service: "station",
        command: "measure",
        success: false,
        error: "there is no sensor roof",
        code: "no_such_sensor",
      });
    });

    it.each([
      [
        "throws",
        () => {
          throw new Error("the password is 1234");
        },
      ],
      [
        "rejects",
        async () => {
          throw new Error("the password is 1234");
        },
      ],
    ])("%s is reported, and the caller is not told what it said", async (_, handler) => {
      const { refused, errors } = await failing(handler);
      expect(refused).toMatchObject({ code: "handler_failed", rawMessage: "handler failed" });
      expect(errors).toMatchObject([
        { code: "handler_failed", subject, ref: "weather/station/measure", cause: { message: "the password is 1234" } },
      ]);
    });

    it.each([
      ["refused", { status: "error", error: "row 77 is locked", code: "locked" }, "command_failed"],
      ["does not begin in time", { status: "error", error: "too late", code: "expired" }, "expired"],
      ["has too much to do", { status: "error", error: "too busy", code: "overloaded" }, "overloaded"],
      ["talks nonsense", { weather: "fair" }, "invalid_reply"],
      ["is not there", undefined, "no_responders"],
    ])("asks a service that %s, and does not catch that, has failed and says no more", async (_, answer, code) => {
      const served = await station({
        measure: async () => ({ celsius: (await served.client.channel("Oslo").archive.store({ celsius: 1 })).stored }),
      });
      if (answer !== undefined) {
        served.transport.subscribe("weather.archive.cmd.store", ({ respond }) => respond?.(json(answer)));
        await served.transport.flush();
      }
      await expect(served.station.measure({ sensor: "roof" })).rejects.toMatchObject(hasFailed);
      expect(served.errors).toMatchObject([
        { code: "handler_failed", ref: "weather/station/measure", cause: { code, ref: "weather/archive/store" } },
      ]);
    });

    it("asks another service for what there is not has failed; nothing was wrong with the request", async () => {
      const served = await station({
        measure: async () => ({ celsius: (await served.client.channel("Oslo").archive.store({} as never)).stored }),
      });
      await expect(served.station.measure({ sensor: "roof" })).rejects.toMatchObject(hasFailed);
      expect(served.errors).toMatchObject([{ code: "handler_failed", cause: { code: "invalid_request" } }]);
      expect(served.invalid).toEqual([]);
    });

    it("throws what looks like a refusal has failed: only `refusal` makes one", async () => {
      const { refused, errors } = await failing(() => {
        throw new ProtocolError("command_failed", "row 77 is locked", { serviceCode: "locked" });
      });
      expect(refused).toMatchObject(hasFailed);
      expect(errors).toMatchObject([{ code: "handler_failed", cause: { serviceCode: "locked" } }]);
    });

    it("hangs is given up, and the caller is told", async () => {
      const signals: AbortSignal[] = [];
      const { refused, errors } = await failing(
        (_, { signal }) => {
          signals.push(signal);
          return new Promise(() => undefined);
        },
        { handlerTimeout: 40 },
      );
      expect(refused).toMatchObject({ code: "handler_timeout" });
      expect(errors).toMatchObject([{ code: "handler_timeout", subject, ref: "weather/station/measure" }]);
      expect(signals[0]?.aborted).toBe(true);
    });

    it("answers after it was given up answers nobody", async () => {
      const answered = vi.fn();
      const served = await station(
        {
          measure: async (_, { signal }) => {
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
            answered();
            return { celsius: 1 };
          },
        },
        { handlerTimeout: 20 },
      );
      let replies = 0;
      const observer = await bus.transport();
      observer.subscribe("_INBOX.>", () => (replies += 1));
      await observer.flush();
      await expect(served.station.measure({ sensor: "roof" })).rejects.toMatchObject({ code: "handler_timeout" });
      expect(answered).toHaveBeenCalled();
      await served.client.flush();
      await observer.flush();
      expect(replies).toBe(1);
    });

    it.each([
      ["of the wrong type", { celsius: "1" }],
      ["with a field that the schema does not know", { celsius: 1, wind: 2 }],
      ["that is nothing", undefined],
      ["that JSON cannot say", { celsius: 1n }],
      [
        "that throws when it is read",
        {
          get celsius() {
            throw new Error("broken");
          },
        },
      ],
    ])("makes a result %s is reported, and the caller is not given it", async (_, result) => {
      const { refused, errors } = await failing(() => result as { celsius: number });
      expect(refused).toMatchObject({ code: "invalid_result" });
      expect(errors).toMatchObject([{ code: "invalid_result", subject, ref: "weather/station/measure" }]);
    });

    it("makes a result that the bus does not take is reported, and the caller is told", async () => {
      const sensor = "x".repeat(9 * 1024 * 1024);
      const { refused, errors } = await failing(() => ({ celsius: 1, sensor }));
      expect(refused).toMatchObject({ code: "message_too_large" });
      expect(errors).toMatchObject([{ code: "message_too_large", ref: "weather/station/measure" }]);
    });

    it("refuses in more words than the bus takes still answers, with the first of them", async () => {
      const { refused, errors } = await failing(() => {
        throw refusal("no_sensor", "x".repeat(9 * 1024 * 1024), { sensors: "x".repeat(9 * 1024 * 1024) });
      });
      expect(refused).toMatchObject({ code: "command_failed", rawMessage: "x".repeat(1000), serviceCode: "no_sensor" });
      expect(errors).toMatchObject([{ code: "message_too_large", ref: "weather/station/measure" }]);
    });

    it("refuses with details that the envelope has no room for still answers", async () => {
      const serving = await bus.client(weather, here);
      await serving.client.serve("archive", {
        store: () => {
          throw refusal("full", "no room", { status: "mine" });
        },
        forget: () => ({ forgotten: 0 }),
      });
      const { client } = await bus.client(weather, here);
      await expect(client.channel("Oslo").archive.store({ celsius: 1 })).rejects.toMatchObject({ serviceCode: "full" });
      expect(serving.errors).toMatchObject([{ code: "invalid_argument" }]);
    });
  });

  describe("every request gets exactly one reply, whatever its handler does", () => {
    it.each([
      ["answers", () => ({ celsius: 1 })],
      ["answers later", async () => ({ celsius: 1 })],
      [
        "throws",
        () => {
          throw new Error("x");
        },
      ],
      ["rejects", () => Promise.reject(new Error("x"))],
      ["makes nonsense", () => ({}) as { celsius: number }],
      ["hangs", () => new Promise<{ celsius: number }>(() => undefined)],
    ] satisfies [string, StationHandlers["measure"]][])("%s", async (_, measure) => {
      const { client, transport, ask } = await station({ measure }, { handlerTimeout: 30 });
      const observer = await bus.transport();
      let replies = 0;
      observer.subscribe("_INBOX.>", () => (replies += 1));
      await observer.flush();
      for (let count = 0; count < 3; count++) await ask({ command: "measure", args: { sensor: "roof" } });
      await ask({ command: "measure", args: {} });
      await ask({ command: "nothing" });
      await client.settled();
      await Promise.all([client.flush(), transport.flush(), observer.flush()]);
      await observer.flush();
      expect(replies).toBe(5);
    });
  });

  describe("instances of a service", () => {
    it("share the requests, each answered by one", async () => {
      const counts = [0, 0];
      for (const index of [0, 1]) {
        const { client } = await bus.client(weather, here);
        await client.serve("station", {
          ...idle,
          measure: () => {
            counts[index] = (counts[index] ?? 0) + 1;
            return { celsius: index };
          },
        });
      }
      const { client } = await bus.client(weather, here);
      const { station: remote } = client.channel("Oslo");
      await Promise.all(Array.from({ length: 100 }, () => remote.measure({ sensor: "roof" })));
      expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(100);
      expect(Math.min(...counts)).toBeGreaterThan(10);
    });

    it("for different channels each answer for their own, and leave the others' to them", async () => {
      for (const channel of ["Oslo", "Bergen"]) {
        const { client } = await bus.client(weather, { channels: [channel] });
        await client.serve("station", { ...idle, ping: () => ({ pong: true, station: channel }) });
      }
      const { client } = await bus.client(weather, {
        channels: ["OSLO", "bergen", { region: "south", station: "Kiel" }],
      });
      for (let count = 0; count < 10; count++) {
        expect(await client.channel("Oslo").station.ping()).toMatchObject({ station: "Oslo" });
        expect(await client.channel("Bergen").station.ping()).toMatchObject({ station: "Bergen" });
      }
      const elsewhere = client.channel({ region: "south", station: "Kiel" }).station;
      await expect(elsewhere.ping({}, { timeout: 50 })).rejects.toMatchObject({ code: "timeout" });
    });

    it("for any channel answer all", async () => {
      const { asking } = await station({}, { serve: { channels: "any" } });
      expect(await asking.channel("Bergen").station.ping()).toMatchObject({ pong: true });
    });

    it("may form a queue group of another name", async () => {
      let calls = 0;
      for (const queue of ["red", "blue"]) {
        const { client } = await bus.client(weather, here);
        await client.serve("station", { ...idle, blink: () => (calls += 1) }, { queue });
      }
      const { client } = await bus.client(weather, here);
      await client.channel("Oslo").station.blink({ times: 1 });
      await vi.waitFor(() => expect(calls).toBe(2));
    });
  });
});
