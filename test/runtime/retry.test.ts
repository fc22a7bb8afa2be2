import { afterEach, describe, expect, it, vi } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { attempts } from "../../runtime/commands/attempts.js";
import { ProtocolError } from "../../runtime/error.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { json, onBothBuses, parsed, type TestBus } from "../support/brokers.js";
import { weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const subject = "weather.station.command";
const pong = { success: true, data: { pong: true, station: "Oslo" } };
const quick = { times: 3, delay: 1 };

/** Leaves the first requests unanswered, answers those after, and remembers them all. */
async function answering(bus: TestBus, { after, answer }: { readonly after: number; readonly answer: unknown }) {
  const transport = await bus.transport();
  const requests: unknown[] = [];
  transport.subscribe(subject, ({ data, respond }) => {
    requests.push(parsed(data));
    if (requests.length > after) respond?.(json(answer));
  });
  await transport.flush();
  return requests;
}

onBothBuses((bus) => {
  describe("a command that may be repeated", () => {
    it("is sent again, and is the same each time, until it is answered", async () => {
      const requests = await answering(bus, { after: 2, answer: pong });
      const retry = { times: 1000, delay: 1 };
      const { client } = await bus.client(weather, { ...here, requestTimeout: 100, retry });
      expect(await client.channel("Oslo").station.ping()).toEqual({ pong: true, station: "Oslo" });
      expect(requests.length).toBeGreaterThanOrEqual(3);
      expect(requests).toEqual(requests.map(() => requests[0]));
    });

    it("is sent again where nobody listens yet", async () => {
      const { client } = await bus.client(weather, { ...here, retry: { times: 100_000, delay: 5, maxDelay: 5 } });
      const asked = client.channel("Oslo").station.ping();
      await answering(bus, { after: 0, answer: pong });
      expect(await asked).toEqual({ pong: true, station: "Oslo" });
    });

    it.each([
      ["nobody listens", "no_responders", undefined],
      ["nobody answers", "timeout", Number.POSITIVE_INFINITY],
    ])("fails when %s, and says how often it was sent", async (_, code, after) => {
      if (after !== undefined) await answering(bus, { after, answer: pong });
      const { client } = await bus.client(weather, { ...here, requestTimeout: 20, retry: quick });
      const failed = client.channel("Oslo").station.ping();
      await expect(failed).rejects.toMatchObject({
        code,
        attempts: 4,
        ref: "weather/station/system.ping",
        subject: bus.spelled(subject),
      });
      await expect(failed).rejects.toThrow(/; it was sent 4 times/);
    });

    it("is not sent again when it was refused", async () => {
      const requests = await answering(bus, {
        after: 0,
        answer: { success: false, error: "timeout", code: "timeout" },
      });
      const { client } = await bus.client(weather, { ...here, retry: quick });
      const refused = await client
        .channel("Oslo")
        .station.ping()
        .catch((reason) => reason);
      expect(refused).toMatchObject({ code: "command_failed", serviceCode: "timeout" });
      expect(refused).not.toHaveProperty("attempts");
      expect(requests.length).toBe(1);
    });

    it("is sent once unless somebody says otherwise, for the client or for the call", async () => {
      const { client } = await bus.client(weather, here);
      const { station } = client.channel("Oslo");
      await expect(station.ping()).rejects.not.toHaveProperty("attempts");
      await expect(station.ping({}, { retry: quick })).rejects.toHaveProperty("attempts", 4);
      const eager = await bus.client(weather, { ...here, retry: quick });
      const once = eager.client.channel("Oslo").station.ping({}, { retry: { times: 0 } });
      await expect(once).rejects.not.toHaveProperty("attempts");
    });

    it("is not sent again when the time of its caller is over", async () => {
      await answering(bus, { after: Number.POSITIVE_INFINITY, answer: pong });
      const transport = await bus.transport();
      const request = vi.spyOn(transport, "request");
      const retry = { times: 100_000, delay: 1 };
      const client = createClient(weather, transport, { ...here, requestTimeout: 10, retry });
      const failed = client.channel("Oslo").station.ping({}, { timeout: 100 });
      await expect(failed).rejects.toMatchObject({ code: "timeout" });
      const sent = request.mock.calls.length;
      expect(sent).toBeGreaterThan(0);
      expect(sent).toBeLessThan(100_000);
      await client.flush();
      expect(request.mock.calls.length).toBe(sent);
    });

    it("waits for the first reply as long as usual, and for the last as long as its caller says", async () => {
      await answering(bus, { after: 1, answer: pong });
      const transport = await bus.transport();
      const request = vi.spyOn(transport, "request");
      const client = createClient(weather, transport, { ...here, requestTimeout: 10, retry: { times: 1, delay: 1 } });
      await client.channel("Oslo").station.ping({}, { timeout: 60_000 });
      const [first, last] = request.mock.calls.map(([, , { timeout }]) => timeout);
      expect(first).toBe(10);
      expect(last).toBeGreaterThan(10);
    });
  });

  describe("between one attempt and the next", () => {
    afterEach(() => {
      vi.restoreAllMocks();
    });

    const pausing = async () => {
      vi.spyOn(Math, "random").mockReturnValue(1);
      const { client } = await bus.client(weather, { ...here, retry: { times: 1, delay: 2 ** 30, maxDelay: 2 ** 30 } });
      const paused = vi.spyOn(globalThis, "setTimeout");
      const controller = new AbortController();
      const asked = client.channel("Oslo").station.ping({}, { signal: controller.signal });
      asked.catch(() => undefined);
      await vi.waitFor(() => expect(paused.mock.calls).toContainEqual([expect.anything(), 2 ** 30]));
      return { client, controller, asked };
    };

    it("the caller may give up", async () => {
      const { controller, asked } = await pausing();
      controller.abort();
      await expect(asked).rejects.toMatchObject({ code: "cancelled", ref: "weather/station/system.ping" });
    });

    it("the client may be closed", async () => {
      const { client, asked } = await pausing();
      await client.close();
      await expect(asked).rejects.toMatchObject({ code: "connection_closed" });
    });
  });

  describe("a command that may not be repeated", () => {
    it("is sent once, whatever the client is told", async () => {
      const requests = await answering(bus, { after: Number.POSITIVE_INFINITY, answer: pong });
      const { client } = await bus.client(weather, { ...here, requestTimeout: 20, retry: quick });
      const failed = client.channel("Oslo").station.measure({ sensor: "roof" });
      await expect(failed).rejects.toMatchObject({ code: "timeout" });
      await expect(failed).rejects.not.toHaveProperty("attempts");
      await vi.waitFor(() => expect(requests.length).toBe(1));
      await client.flush();
      expect(requests.length).toBe(1);
    });

    it("is not sent at all when its caller wants it repeated", async () => {
      const requests = await answering(bus, { after: 0, answer: { success: true, data: { celsius: 1 } } });
      const { client } = await bus.client(weather, here);
      const { station } = client.channel("Oslo");
      await expect(station.measure({ sensor: "roof" }, { retry: quick })).rejects.toMatchObject({
        code: "invalid_argument",
        ref: "weather/station/measure",
      });
      expect(requests).toEqual([]);
      expect(await station.measure({ sensor: "roof" }, { retry: { times: 0 } })).toEqual({ celsius: 1 });
    });
  });
});

describe("the pauses between attempts", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const pausesOf = async (chance: number, left = Number.POSITIVE_INFINITY) => {
    vi.spyOn(Math, "random").mockReturnValue(chance);
    const pauses: number[] = [];
    const patience = { left, pause: async (duration: number) => void pauses.push(duration) };
    const fail = () => Promise.reject(new ProtocolError("no_responders", "nobody listens"));
    await attempts(fail, { times: 5, delay: 100, maxDelay: 1000 }, patience).catch(() => undefined);
    return pauses;
  };

  it("double up to the longest, and are anything between that and nothing", async () => {
    expect(await pausesOf(1)).toEqual([100, 200, 400, 800, 1000]);
    expect(await pausesOf(0.5)).toEqual([50, 100, 200, 400, 500]);
    expect(await pausesOf(0)).toEqual([0, 0, 0, 0, 0]);
  });

  it("end with the patience of the caller", async () => {
    expect(await pausesOf(1, 300)).toEqual([100, 200]);
  });
});

describe("how to send again", () => {
  it.each([
    { times: -1 },
    { times: 1.5 },
    { delay: 0 },
    { delay: Number.NaN },
    { maxDelay: -5 },
    { maxDelay: 2 ** 31 },
  ])("cannot be %j", async (retry) => {
    const broker = createMemoryBroker();
    const code = "invalid_argument";
    expect(() => createClient(weather, broker.connect(), { retry })).toThrow(expect.objectContaining({ code }));
    const { station } = createClient(weather, broker.connect(), here).channel("Oslo");
    await expect(station.ping({}, { retry })).rejects.toMatchObject({ code });
  });
});

describe("a pause before the next attempt", () => {
  const unanswered = new ProtocolError("timeout", "no reply came");
  const outcome = (end: ProtocolError) =>
    attempts(
      () => Promise.reject(unanswered),
      { times: 3, delay: 1, maxDelay: 1 },
      {
        left: 1000,
        pause: () => Promise.reject(end),
      },
    );

  it("that outlasts the caller does not make it look as if nothing had been sent", async () => {
    const expired = new ProtocolError("expired", "its turn did not come, so it was not sent");
    await expect(outcome(expired)).rejects.toMatchObject({ code: "timeout", rawMessage: "no reply came" });
  });

  it("that is cancelled says so", async () => {
    await expect(outcome(new ProtocolError("cancelled", "given up"))).rejects.toMatchObject({ code: "cancelled" });
  });
});
