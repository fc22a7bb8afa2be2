import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal } from "../../runtime/commands/service-error.js";
import { loggerOf } from "../../runtime/observe/logger.js";
import type { Contract, Protocol } from "../../runtime/protocol/message.js";
import { createTestBed, type TestBed, type TestBedOptions } from "../../runtime/testing.js";
import { clock, type WeatherContract, weather } from "./fixture-protocol.js";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function bedOf<C extends Contract>(protocol: Protocol<C>, options: TestBedOptions<C>): Promise<TestBed<C>> {
  const bed = await createTestBed(protocol, { onError: () => undefined, onInvalid: () => undefined, ...options });
  closing.push(() => bed.close());
  return bed;
}

const weatherBed = (options: TestBedOptions<WeatherContract> = {}) =>
  bedOf(weather, { channels: ["Oslo"], ...options });

describe("a test bed", () => {
  it("shows what a program does about an event", async () => {
    const bed = await weatherBed({ service: { name: "program" } });
    bed.client.on("reading", async (event, { channel }) => {
      if (event.payload.celsius > 30) await channel.station.measure({ sensor: "shade" }, { id: "1" });
    });
    await bed.emit("reading", "Oslo", { celsius: 20 });
    expect(bed.commands()).toEqual([]);
    await bed.emit("reading", "Oslo", { celsius: 40 });
    expect(bed.commands("station")).toEqual([
      {
        service: "station",
        command: "measure",
        method: "measure",
        args: { sensor: "shade" },
        channel: "Oslo",
        address: { region: "north", station: "Oslo" },
        source: "program",
        id: "1",
      },
    ]);
    expect(bed.commands("archive")).toEqual([]);
  });

  it("fills in what the test leaves out, and keeps what it says", async () => {
    const bed = await weatherBed();
    const seen: unknown[] = [];
    bed.client.on("reading", ({ payload }) => seen.push(payload));
    bed.client.on("gust", ({ payload }) => seen.push(payload));
    await bed.emit("reading", "Oslo");
    await bed.emit("reading", "Oslo", { sensor: "roof" });
    await bed.emit("gust", "Oslo");
    await bed.emit("gust", "Oslo", 3);
    expect(seen).toEqual([{ celsius: 0 }, { celsius: 0, sensor: "roof" }, 0, 3]);
  });

  it("does not send what the schema does not allow", async () => {
    const bed = await weatherBed();
    const wrong = { celsius: "warm" } as unknown as { celsius: number };
    await expect(bed.emit("reading", "Oslo", wrong)).rejects.toMatchObject({ code: "invalid_message" });
    await expect(bed.emit("gust", "Oslo", -1)).rejects.toMatchObject({ code: "invalid_message" });
  });

  it("answers every command with a sample of its result", async () => {
    const bed = await weatherBed();
    const { station, archive } = bed.client.channel("Oslo");
    expect(await station.measure({ sensor: "roof" })).toEqual({ celsius: 0 });
    expect(await station.ping()).toEqual({ pong: true, station: "" });
    expect(await station.history({ limit: 1 })).toEqual([]);
    expect(await archive.store({ celsius: 1 })).toEqual({ stored: 0 });
    expect(bed.commands().map(({ service, command }) => `${service}/${command}`)).toEqual([
      "station/measure",
      "station/system.ping",
      "station/history",
      "archive/store",
    ]);
    expect(bed.errors).toEqual([]);
  });

  it("takes samples from the test", async () => {
    const samples: Record<string, unknown> = {
      "weather/station/measure/result": { celsius: 7 },
      "weather/events/reading": { celsius: 8 },
    };
    const bed = await weatherBed({ sample: (ref) => samples[ref] });
    const seen: number[] = [];
    bed.client.on("reading", ({ payload }) => seen.push(payload.celsius));
    await bed.emit("reading", "Oslo");
    expect(seen).toEqual([8]);
    expect(await bed.client.channel("Oslo").station.measure({ sensor: "roof" })).toEqual({ celsius: 7 });
  });

  it("answers as the test says, the rest with samples", async () => {
    const bed = await weatherBed();
    const { station } = bed.client.channel("Oslo");
    await bed.serve("station", { measure: ({ sensor }) => ({ celsius: 5, sensor }) });
    expect(await station.measure({ sensor: "roof" })).toEqual({ celsius: 5, sensor: "roof" });
    expect(await station.ping()).toMatchObject({ pong: true });
    await bed.serve("station", {
      measure: () => {
        throw refusal("no_such_sensor", "No sensor roof");
      },
    });
    await expect(station.measure({ sensor: "roof" })).rejects.toMatchObject({ serviceCode: "no_such_sensor" });
  });

  it("can do without a service", async () => {
    const bed = await weatherBed();
    bed.remove("station");
    await expect(bed.client.channel("Oslo").station.ping()).rejects.toMatchObject({ code: "no_responders" });
    expect(await bed.client.channel("Oslo").archive.store({ celsius: 1 })).toEqual({ stored: 0 });
  });

  it("leaves a service to the client under test when that serves it", async () => {
    const bed = await weatherBed();
    await bed.client.serve("archive", { store: () => ({ stored: 9 }), forget: () => ({ forgotten: 9 }) });
    const caller = bed.connect({ service: { name: "caller" } });
    for (let count = 0; count < 10; count++) {
      expect(await caller.channel("Oslo").archive.store({ celsius: 1 })).toEqual({ stored: 9 });
    }
    expect(bed.commands("archive").length).toBe(10);
  });

  it("settles only when everybody has dealt with everything", async () => {
    const bed = await weatherBed();
    const log: string[] = [];
    bed.client.on("reading", async (_, { channel }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await channel.station.measure({ sensor: "roof" });
      channel.publish("gust", 1);
    });
    bed.client.on("gust", async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      log.push("done");
    });
    await bed.emit("reading", "Oslo");
    expect(log).toEqual(["done"]);
  });

  it("keeps the errors of handlers and the messages that were refused", async () => {
    const onError = vi.fn();
    const bed = await weatherBed({ onError });
    bed.client.on("reading", () => {
      throw new Error("broken");
    });
    await bed.emit("reading", "Oslo");
    expect(bed.errors).toMatchObject([{ code: "handler_failed", cause: { message: "broken" } }]);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(bed.invalid).toEqual([]);
  });

  it("logs an error that the test does not ask for", async () => {
    const lines: string[] = [];
    const logger = loggerOf(() => (line) => lines.push(line));
    const bed = await weatherBed({ onError: undefined, logger });
    bed.client.on("reading", () => {
      throw new Error("broken");
    });
    await bed.emit("reading", "Oslo");
    expect(lines).toEqual([expect.stringContaining("broken")]);
  });

  it("keeps state, on a bus of its own", async () => {
    const [one, other] = [await weatherBed(), await weatherBed()];
    await one.client.channel("Oslo").state.latest.put({ celsius: 1 });
    expect((await one.client.channel("Oslo").state.latest())?.value).toEqual({ celsius: 1 });
    await expect(other.client.channel("Oslo").state.latest()).rejects.toMatchObject({ code: "bucket_missing" });
  });

  it("takes a protocol without an address", async () => {
    const bed = await bedOf(clock, {});
    const seen: unknown[] = [];
    bed.client.on("tick", ({ payload }) => seen.push(payload));
    await bed.emit("tick", { second: 5 });
    await bed.emit("tick");
    expect(seen).toEqual([{ second: 5 }, { second: 0 }]);
    expect(await bed.client.services.clock.now()).toEqual({ hour: 0 });
    expect(bed.commands("clock")).toMatchObject([{ command: "now", channel: undefined }]);
  });

  it("leaves nothing behind when it is closed", async () => {
    const before = process.getActiveResourcesInfo().length;
    const bed = await createTestBed(weather, { channels: ["Oslo"] });
    await bed.close();
    expect(process.getActiveResourcesInfo().length).toBe(before);
    await expect(bed.client.flush()).rejects.toMatchObject({ code: "connection_closed" });
  });
});
