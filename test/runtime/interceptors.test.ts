import { describe, expect, it, vi } from "vitest";
import { refusal } from "../../runtime/commands/service-error.js";
import type { Exchange } from "../../runtime/session/exchange.js";
import type { Interceptor } from "../../runtime/session/interceptor.js";
import { createTestBed } from "../../runtime/testing/test-bed.js";
import { onBothBuses } from "../support/brokers.js";
import { weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const readings = "weather/events/reading";
const measuring = "weather/station/measure";

/** Does something to the exchanges of one kind. */
function at(kind: Exchange["kind"], act: Interceptor): Interceptor {
  return (exchange, next) => (exchange.kind === kind ? act(exchange, next) : next());
}

const station = {
  measure: () => ({ celsius: 1 }),
  ping: () => ({ pong: true, station: "Oslo" }) as const,
  calibrate: () => ({}),
  history: () => [],
  blink: () => undefined,
};

onBothBuses((bus) => {
  /** A program with interceptors that does everything: it sends and hears readings, and asks and answers. */
  async function program(...interceptors: Interceptor[]) {
    const watched = await bus.client(weather, { ...here, interceptors, service: { name: "tester" } });
    const celsius: number[] = [];
    watched.client.on("reading", ({ payload }) => celsius.push(payload.celsius));
    await watched.client.serve("station", station);
    const { station: asked } = watched.client.channel("Oslo");
    return { ...watched, celsius, measure: () => asked.measure({ sensor: "roof" }, { id: "7" }) };
  }

  describe("an interceptor", () => {
    it("is told of all that is sent and received: which message, where, and what", async () => {
      const seen: Exchange[] = [];
      const { client, celsius, measure } = await program((exchange, next) => {
        seen.push(exchange);
        return next();
      });
      client.publish("reading", { celsius: 3 }, { id: "5" });
      await vi.waitFor(() => expect(celsius).toEqual([3]));
      await measure();
      const event = {
        ref: readings,
        subject: bus.spelled("weather.events.oslo.reading"),
        value: { celsius: 3 },
        id: "5",
      };
      const command = {
        ref: measuring,
        subject: bus.spelled("weather.station.command"),
        value: { sensor: "roof" },
        id: "7",
      };
      const address = { region: "north", station: "Oslo" };
      const { events, services } = weather;
      const measured = services["station"]?.commands["measure"];
      expect(seen).toMatchObject([
        { kind: "publish", ...event, address, descriptor: events["reading"], headers: {}, signal: undefined },
        { kind: "deliver", ...event, address, descriptor: events["reading"], headers: {} },
        { kind: "call", ...command, address, descriptor: measured, headers: {} },
        { kind: "serve", ...command, address, descriptor: measured, headers: {} },
      ]);
      expect(seen.map(({ signal }) => signal instanceof AbortSignal)).toEqual([false, true, false, true]);
    });

    it("stands around those after it: the first begins first and ends last", async () => {
      const order: string[] = [];
      const noting = (name: string): Interceptor => {
        return async ({ kind }, next) => {
          order.push(`${name} ${kind}`);
          const outcome = await next();
          order.push(`${kind} ${name}`);
          return outcome;
        };
      };
      const { measure } = await program(noting("a"), noting("b"));
      expect(await measure()).toEqual({ celsius: 1 });
      expect(order).toEqual([
        ...["a call", "b call"],
        ...["a serve", "b serve", "serve b", "serve a"],
        ...["call b", "call a"],
      ]);
    });

    it("adds header fields to what is sent, and sees them on what is received, as handlers do", async () => {
      const { client } = await bus.client(weather, {
        ...here,
        interceptors: [
          (exchange, next) => {
            if (exchange.kind === "call" || exchange.kind === "publish") exchange.headers["X-Mood"] = "sunny";
            return next();
          },
        ],
      });
      const intercepted: unknown[] = [];
      const { client: other } = await bus.client(weather, {
        ...here,
        interceptors: [
          ({ kind, headers }, next) => {
            intercepted.push([kind, headers]);
            return next();
          },
        ],
      });
      const handled: unknown[] = [];
      const keep = (headers: unknown) => handled.push(headers);
      other.on("reading", ({ headers }) => keep(headers));
      await other.serve("station", {
        ...station,
        measure: (_, { headers }) => {
          keep(headers);
          return { celsius: 1 };
        },
      });
      client.publish("reading", { celsius: 1 }, { headers: { "X-Own": "1" } });
      await vi.waitFor(() => expect(handled).toHaveLength(1));
      await client.channel("Oslo").station.measure({ sensor: "roof" }, { headers: { "X-Own": "2" } });
      expect(handled).toMatchObject([
        { "X-Own": "1", "X-Mood": "sunny" },
        { "X-Own": "2", "X-Mood": "sunny" },
      ]);
      expect(intercepted).toEqual([
        ["deliver", handled[0]],
        ["serve", handled[1]],
      ]);
    });

    it("may answer in place of a service or of a handler, and is held to the schema where others rely on it", async () => {
      const cached = await program(at("call", () => ({ celsius: 20 })));
      expect(await cached.measure()).toEqual({ celsius: 20 });
      await cached.client.close();
      const lying = await program(at("serve", () => ({ celsius: "warm" })));
      await expect(lying.measure()).rejects.toMatchObject({ code: "invalid_result" });
      await lying.client.close();
      const lazy = await program(at("serve", () => undefined));
      await expect(lazy.measure()).rejects.toMatchObject({ code: "invalid_result" });
    });

    it("may keep an event from being sent, and from its handlers, which then get the next", async () => {
      const dropping = (kind: Exchange["kind"], celsius: number) =>
        at(kind, ({ value }, next) => (JSON.stringify(value) === `{"celsius":${celsius}}` ? undefined : next()));
      const { client, celsius, errors } = await program(dropping("publish", 1), dropping("deliver", 2));
      for (const each of [1, 2, 3]) client.publish("reading", { celsius: each });
      await vi.waitFor(() => expect(celsius).toEqual([3]));
      expect(errors).toEqual([]);
    });

    it("may go on more than once", async () => {
      let calls = 0;
      const again = at("call", async (_, next) => {
        await next();
        return next();
      });
      const { measure } = await program(
        again,
        at("serve", (_, next) => {
          calls++;
          return next();
        }),
      );
      expect(await measure()).toEqual({ celsius: 1 });
      expect(calls).toBe(2);
    });

    it("stands around each round of a loop, from its event to its return", async () => {
      const order: string[] = [];
      const { client } = await program(
        at("deliver", async ({ value }, next) => {
          order.push(`begin ${value}`);
          await next();
          order.push(`end ${value}`);
        }),
      );
      const gusts = client.events("gust");
      await client.flush();
      for (const speed of [1, 2]) client.publish("gust", speed);
      for await (const { payload } of gusts) {
        order.push(`loop ${payload}`);
        await client.flush();
        if (payload === 2) break;
      }
      await client.settled();
      expect(order).toEqual(["begin 1", "loop 1", "end 1", "begin 2", "loop 2", "end 2"]);
    });

    it("may keep an event from a loop, which waits for the next", async () => {
      const { client, errors } = await program(
        at("deliver", ({ value }, next) => {
          if (value === 1) return undefined;
          if (value === 2) throw new Error("no");
          return next();
        }),
      );
      const waiting = client.once("gust");
      await client.flush();
      for (const speed of [1, 2, 3]) client.publish("gust", speed);
      expect(await waiting).toMatchObject({ payload: 3 });
      expect(errors).toMatchObject([{ code: "handler_failed", ref: "weather/events/gust" }]);
    });
  });

  describe("an interceptor that fails", () => {
    const broken = new Error("broken");
    const modes: readonly (readonly [string, Interceptor])[] = [
      [
        "at once",
        () => {
          throw broken;
        },
      ],
      ["later", () => Promise.reject(broken)],
      [
        "after the fact",
        async (_, next) => {
          await next();
          throw broken;
        },
      ],
    ];

    it.each(modes)("%s is a failing handler to the one who asks, who gets one answer", async (_, act) => {
      const { measure, errors } = await program(at("serve", act));
      const failure = { code: "handler_failed", rawMessage: "handler failed", ref: measuring };
      await expect(measure()).rejects.toMatchObject(failure);
      await expect(measure()).rejects.toMatchObject(failure);
      const reported = { code: "handler_failed", ref: measuring, cause: broken };
      expect(errors).toMatchObject([reported, reported]);
    });

    it.each(modes)("%s is a failing handler of events, and the next event comes", async (_, act) => {
      const { client, errors } = await program(at("deliver", act));
      for (const celsius of [1, 2]) client.publish("reading", { celsius });
      const reported = { code: "handler_failed", ref: readings, cause: broken };
      await vi.waitFor(() => expect(errors).toMatchObject([reported, reported]));
    });

    it.each(modes)("%s is an error of the package to the one who calls", async (_, act) => {
      const { measure } = await program(at("call", act));
      await expect(measure()).rejects.toMatchObject({ code: "handler_failed", ref: measuring, cause: broken });
    });

    it("is thrown at the one who publishes when it fails at once, and reported when it fails later", async () => {
      const [[, atOnce], [, later]] = modes as [[string, Interceptor], [string, Interceptor]];
      const hasty = await program(at("publish", atOnce));
      expect(() => hasty.client.publish("reading", { celsius: 1 })).toThrow(/^\[handler_failed\] broken/);
      const slow = await program(at("publish", later));
      slow.client.publish("reading", { celsius: 1 });
      await vi.waitFor(() =>
        expect(slow.errors).toMatchObject([{ code: "handler_failed", ref: readings, cause: broken }]),
      );
    });

    it("may refuse, which is an answer and no failure", async () => {
      const guard = at("serve", () => {
        throw refusal("forbidden", "not you");
      });
      const { measure, errors } = await program(guard);
      await expect(measure()).rejects.toMatchObject({ code: "command_failed", serviceCode: "forbidden" });
      expect(errors).toEqual([]);
    });

    it("does not end the program when it lets a failure go unseen", async () => {
      const rejections: unknown[] = [];
      const note = (reason: unknown) => rejections.push(reason);
      process.on("unhandledRejection", note);
      const careless: Interceptor = (_, next) => {
        next();
        return { celsius: 5 };
      };
      const { client } = await bus.client(weather, { ...here, interceptors: [at("serve", careless)] });
      await client.serve("station", { ...station, measure: () => Promise.reject(broken) });
      expect(await client.channel("Oslo").station.measure({ sensor: "roof" })).toEqual({ celsius: 5 });
      await new Promise((resolve) => setImmediate(resolve));
      process.off("unhandledRejection", note);
      expect(rejections).toEqual([]);
    });

    it("that never ends is given up as a handler is, and its caller is told", async () => {
      const hanging = at("serve", () => new Promise(() => undefined));
      const { client } = await bus.client(weather, { ...here, interceptors: [hanging], handlerTimeout: 20 });
      await client.serve("station", station);
      const asking = client.channel("Oslo").station.measure({ sensor: "roof" });
      await expect(asking).rejects.toMatchObject({ code: "handler_timeout" });
    });
  });

  describe("an event that an interceptor holds back", () => {
    it("is sent in the end, and a client that is drained waits for it", async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const waiting = at("publish", async (_, next) => {
        await held;
        return next();
      });
      const { client } = await bus.client(weather, { ...here, interceptors: [waiting] });
      const { client: listener } = await bus.client(weather, here);
      const heard = listener.once("reading");
      await listener.flush();
      client.publish("reading", { celsius: 1 });
      const drained = client.drain();
      release();
      await drained;
      expect(await heard).toMatchObject({ payload: { celsius: 1 } });
    });

    it("is right before any interceptor sees it", async () => {
      const seen: Exchange[] = [];
      const { client } = await program(at("publish", (exchange) => void seen.push(exchange)));
      const wrong = { celsius: "warm" } as unknown as { celsius: number };
      expect(() => client.publish("reading", wrong)).toThrow(/^\[invalid_message\]/);
      expect(seen).toEqual([]);
    });
  });
});

it("a test bed has interceptors in the client under test alone", async () => {
  const kinds: string[] = [];
  const bed = await createTestBed(weather, {
    ...here,
    interceptors: [
      ({ kind }, next) => {
        kinds.push(kind);
        return next();
      },
    ],
  });
  bed.client.on("reading", async (_, { channel }) => void (await channel.station.measure({ sensor: "roof" })));
  await bed.emit("reading", "Oslo", { celsius: 1 });
  expect(kinds).toEqual(["deliver", "call"]);
  await bed.close();
});
