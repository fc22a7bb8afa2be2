import { afterEach, describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient } from "../../runtime/client/client.js";
import { attempts } from "../../runtime/commands/attempts.js";
import { ProtocolError } from "../../runtime/error.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { json, onBothBuses, parsed } from "../support/brokers.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";

const towns = ["Oslo", "Bergen"] as const;
const slow = { lamp: { delay: 30 } };
const never = { lamp: { delay: 2 ** 29 } };

onBothBuses((bus) => {
  /** A client, and when it sent what: the first argument of each command, and its time in ms. */
  async function sending(options: ClientOptions<WeatherContract>) {
    const serving = await bus.transport();
    for (const subject of ["weather.station.command", "weather.command.station"]) {
      serving.subscribe(subject, ({ respond }) => respond?.(json({ success: true, data: {} })));
    }
    serving.subscribe("weather.archive.cmd.forget", ({ respond }) => respond?.(json({ status: "ok", forgotten: 1 })));
    await serving.flush();
    const transport = await bus.transport();
    const sent: { readonly what: unknown; readonly at: number }[] = [];
    const note = (data: Uint8Array) => {
      const { args, command = "forget" } = parsed(data) as { args?: { times?: number }; command?: string };
      sent.push({ what: args?.times ?? command, at: performance.now() });
    };
    const { publish, request } = transport;
    vi.spyOn(transport, "publish").mockImplementation((subject, data, headers) => {
      note(data);
      publish.call(transport, subject, data, headers);
    });
    vi.spyOn(transport, "request").mockImplementation((subject, data, how) => {
      note(data);
      return request.call(transport, subject, data, how);
    });
    const client = createClient(weather, transport, { channels: towns, ...options });
    return { client, sent };
  }

  describe("commands that keep a pace", () => {
    it("do not follow one another faster, and keep their order", async () => {
      const { client, sent } = await sending({ pace: slow });
      const { station } = client.channel("Oslo");
      await Promise.all([1, 2, 3, 4].map((times) => station.blink({ times })));
      expect(sent.map(({ what }) => what)).toEqual([1, 2, 3, 4]);
      expect(shortestGap(sent)).toBeGreaterThanOrEqual(30);
    });

    it("do so on every path: however the channel is spelt, whatever the service, even if ignored", async () => {
      const { client, sent } = await sending({ pace: slow });
      await Promise.all([
        client.channel("Oslo").station.blink({ times: 1 }),
        client.channel("OSLO").station.blink({ times: 2 }),
        client.channel({ region: "NORTH", station: "oslo" }).services.station.blink({ times: 3 }),
        client.channels[0]?.station.calibrate({}, { evenIfIgnored: true }),
        client.channel("Oslo").archive.forget({ before: "noon" }),
      ]);
      expect(sent.map(({ what }) => what)).toEqual([1, 2, 3, "calibrate", "forget"]);
      expect(shortestGap(sent)).toBeGreaterThanOrEqual(30);
    });

    it("do so in each dialect", async () => {
      const { client, sent } = await sending({ pace: slow, dialect: "exact" });
      const { station } = client.channel("Oslo");
      await Promise.all([1, 2].map((times) => station.blink({ times })));
      expect(shortestGap(sent)).toBeGreaterThanOrEqual(30);
    });

    it("hold up no others: not those of another channel, nor those that keep none", async () => {
      const { client, sent } = await sending({ pace: never });
      await client.channel("Oslo").station.blink({ times: 1 });
      await client.channel("Bergen").station.blink({ times: 2 });
      await client
        .channel("Oslo")
        .station.measure({ sensor: "roof" })
        .catch(() => undefined);
      expect(sent.map(({ what }) => what)).toEqual([1, 2, "measure"]);
    });

    it("that are refused before they are sent take no turn", async () => {
      const { client, sent } = await sending({ pace: never });
      const { station } = client.channel("Oslo");
      await expect(station.blink({ times: -1 })).rejects.toMatchObject({ code: "invalid_request" });
      await expect(station.calibrate()).rejects.toMatchObject({ code: "ignored_command" });
      await station.blink({ times: 1 });
      expect(sent.map(({ what }) => what)).toEqual([1]);
    });
  });

  describe("who waits for a turn", () => {
    it("may give up, and leaves it to the next", async () => {
      const { client, sent } = await sending({ pace: slow });
      const { station } = client.channel("Oslo");
      const controller = new AbortController();
      const first = station.blink({ times: 1 });
      const second = station.blink({ times: 2 }, { signal: controller.signal });
      const third = station.blink({ times: 3 });
      controller.abort();
      await expect(second).rejects.toMatchObject({ code: "cancelled", ref: "weather/station/blink" });
      await Promise.all([first, third]);
      expect(sent.map(({ what }) => what)).toEqual([1, 3]);
      expect(shortestGap(sent)).toBeGreaterThanOrEqual(30);
    });

    it("may have given up before", async () => {
      const { client, sent } = await sending({ pace: never });
      const { station } = client.channel("Oslo");
      await station.blink({ times: 1 });
      const refused = station.blink({ times: 2 }, { signal: AbortSignal.abort() });
      await expect(refused).rejects.toMatchObject({ code: "cancelled" });
      expect(sent.length).toBe(1);
    });

    it("waits no longer than its caller says, and is told that nothing was sent", async () => {
      const { client, sent } = await sending({ pace: never });
      const { station } = client.channel("Oslo");
      await station.blink({ times: 1 });
      await expect(station.blink({ times: 2 }, { timeout: 20 })).rejects.toMatchObject({
        code: "expired",
        ref: "weather/station/blink",
        subject: bus.spelled("weather.station.command"),
      });
      expect(sent.length).toBe(1);
    });

    it("is told when the client is closed", async () => {
      const { client, sent } = await sending({ pace: never });
      const { station } = client.channel("Oslo");
      await station.blink({ times: 1 });
      const waiting = [2, 3].map((times) => station.blink({ times }).catch(({ code }) => code));
      await client.close();
      expect(await Promise.all(waiting)).toEqual(["connection_closed", "connection_closed"]);
      expect(sent.length).toBe(1);
    });

    it("is refused at once when too many wait", async () => {
      const { client } = await sending({ pace: never, maxWaiting: 2 });
      const { station } = client.channel("Oslo");
      await station.blink({ times: 1 });
      const waiting = [2, 3].map((times) => station.blink({ times }).catch(({ code }) => code));
      await expect(station.blink({ times: 4 })).rejects.toMatchObject({ code: "overloaded" });
      await client.close();
      await Promise.all(waiting);
    });
  });
});

describe("the time between two turns", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** When three commands were sent, in ms after the first. */
  async function timesOf(pace: { delay: number; jitter: number }, chance: number): Promise<readonly number[]> {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    vi.spyOn(Math, "random").mockReturnValue(chance);
    const broker = createMemoryBroker();
    const times: number[] = [];
    broker.observe(() => times.push(performance.now()));
    const client = createClient(weather, broker.connect(), { channels: towns, pace: { lamp: pace } });
    const blinks = [1, 2, 3].map((times) => client.channel("Oslo").station.blink({ times }));
    await vi.runAllTimersAsync();
    await Promise.all(blinks);
    return times.map((time) => Math.round(time - (times[0] ?? 0)));
  }

  it("is the delay and something left to chance", async () => {
    expect(await timesOf({ delay: 1000, jitter: 500 }, 0)).toEqual([0, 1000, 2000]);
    expect(await timesOf({ delay: 1000, jitter: 500 }, 0.5)).toEqual([0, 1250, 2500]);
    expect(await timesOf({ delay: 0, jitter: 0 }, 0.5)).toEqual([0, 0, 0]);
  });

  it("is what the protocol says when the client says nothing", () => {
    const transport = createMemoryBroker().connect();
    const impossible = { ...weather, paces: { lamp: { delay: -1, jitter: 0 } } };
    expect(() => createClient(impossible, transport)).toThrow(/pace\.lamp\.delay must be a number of ms from 0/);
    expect(() => createClient(impossible, transport, { pace: { lamp: { delay: 1 } } })).not.toThrow();
  });

  it.each([{ delay: -1 }, { jitter: Number.NaN }, { delay: 2 ** 30 }])("cannot be %j", (lamp) => {
    const transport = createMemoryBroker().connect();
    expect(() => createClient(weather, transport, { pace: { lamp } })).toThrow(/must be a number of ms from 0/);
  });

  it("belongs to a pace of the protocol", () => {
    const transport = createMemoryBroker().connect();
    const create = () => createClient(weather, transport, { pace: { lamb: { delay: 1 } } });
    expect(create).toThrow(/^\[invalid_argument\] the protocol has no pace "lamb"; did you mean "lamp"\?/);
  });
});

it("a command that is repeated and whose next turn does not come fails as it did when it was sent", async () => {
  const failures = ["timeout", "expired"] as const;
  let made = 0;
  const fail = () => Promise.reject(new ProtocolError(failures[made++] ?? "internal", "no luck"));
  const patience = { left: Number.POSITIVE_INFINITY, pause: async () => undefined };
  const failed = attempts(fail, { times: 5, delay: 1, maxDelay: 1 }, patience);
  await expect(failed).rejects.toMatchObject({ code: "timeout" });
});

function shortestGap(sent: readonly { readonly at: number }[]): number {
  const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
  return Math.min(...gaps);
}
