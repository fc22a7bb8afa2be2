import { expect, it, vi } from "vitest";
import type { StateChange } from "../../runtime/state/state.js";
import { bytes, onBothBuses } from "../support/brokers.js";
import { clock, type Reading, weather } from "./fixture-protocol.js";

let stations = 0;

/** A station whose bucket no other test uses. */
function newStation(): string {
  stations += 1;
  return `Station${process.pid}_${stations}`;
}

onBothBuses((bus) => {
  async function state() {
    const station = newStation();
    const watched = await bus.client(weather, { channels: [station] });
    return { ...watched, station, state: watched.client.channel(station).state };
  }

  it("a value is read as it was written, with its revision, by everybody", async () => {
    const { state: mine, station } = await state();
    const revision = await mine.latest.put({ celsius: 3 });
    const other = await bus.client(weather, { channels: [station] });
    expect(await other.client.channel(station).state.latest()).toEqual({ value: { celsius: 3 }, revision });
  });

  it("a key that is not there is nothing, and a bucket that is not there is an error", async () => {
    const { state: mine, station } = await state();
    await expect(mine.latest()).rejects.toMatchObject({
      code: "bucket_missing",
      ref: "weather/state/log/latest",
      subject: `weather_${station}`,
    });
    await mine.note.put("made by the first who writes");
    expect(await mine.latest()).toBeUndefined();
  });

  it("text is stored bare, and JSON as JSON", async () => {
    const { state: mine, station } = await state();
    await mine.note.put("<b>hi</b> \u00e9");
    await mine.latest.put({ celsius: 1 });
    const bucket = await (await bus.transport()).bucket(`weather_${station}`);
    const stored = async (key: string) => new TextDecoder().decode((await bucket.get(key))?.data);
    expect(await stored("note")).toBe("<b>hi</b> \u00e9");
    expect(await stored("latest")).toBe('{"celsius":1}');
    expect((await mine.note())?.value).toBe("<b>hi</b> \u00e9");
  });

  it("what the key's name takes beside the address is given by name", async () => {
    const { state: mine, station } = await state();
    await mine.calibration.put({ offset: 2 }, { sensor: "roof" });
    expect((await mine.calibration({ sensor: "roof" }))?.value).toEqual({ offset: 2 });
    expect(await mine.calibration({ sensor: "cellar" })).toBeUndefined();
    const bucket = await (await bus.transport()).bucket(`weather_${station}`);
    expect(await bucket.keys()).toEqual(["sensors.roof.calibration"]);
    await mine.calibration.delete({ sensor: "roof" });
    expect(await mine.calibration({ sensor: "roof" })).toBeUndefined();
    await expect(mine.calibration({ sensor: "a.b" })).rejects.toMatchObject({ code: "invalid_subject" });
  });

  it("nobody overwrites what they have not seen", async () => {
    const { state: mine } = await state();
    const revision = await mine.latest.put({ celsius: 1 }, { revision: 0 });
    await mine.latest.put({ celsius: 2 }, { revision });
    await expect(mine.latest.put({ celsius: 3 }, { revision })).rejects.toMatchObject({
      code: "key_conflict",
      ref: "weather/state/log/latest",
    });
  });

  it("a wrong value is not written", async () => {
    const { state: mine } = await state();
    await expect(mine.latest.put({ celsius: "1" } as unknown as Reading)).rejects.toMatchObject({
      code: "invalid_message",
      violations: [{ pointer: "/celsius" }],
    });
    await expect(mine.note.put("x".repeat(5000))).rejects.toMatchObject({ code: "message_too_large" });
  });

  it.each([
    ["latest", new Uint8Array([0xff]), "malformed_message"],
    ["latest", bytes("{"), "malformed_message"],
    ["latest", bytes('{"celsius":"1"}'), "invalid_message"],
    ["note", new Uint8Array([0xff]), "malformed_message"],
  ] as const)("a wrong value of %s is not read", async (key, data, code) => {
    const { state: mine, station } = await state();
    const bucket = await (await bus.transport()).bucket(`weather_${station}`, { create: { history: 1 } });
    await bucket.put(key, data);
    await expect(mine[key]()).rejects.toMatchObject({
      code,
      ref: `weather/state/log/${key}`,
      subject: `weather_${station}/${key}`,
    });
  });

  it("a watcher is told what there is and what changes, and survives a wrong value", async () => {
    const { state: mine, station, invalid } = await state();
    await mine.latest.put({ celsius: 1 });
    const seen: (number | undefined)[] = [];
    const registration = await mine.latest.watch(({ value }: StateChange<Reading>) => seen.push(value?.celsius));
    await vi.waitFor(() => expect(seen).toEqual([1]));
    const bucket = await (await bus.transport()).bucket(`weather_${station}`);
    await bucket.put("latest", bytes("{"));
    await vi.waitFor(() => expect(invalid.length).toBe(1));
    expect(invalid).toMatchObject([
      { code: "malformed_message", subject: `weather_${station}/latest`, ref: "weather/state/log/latest" },
    ]);
    await mine.latest.put({ celsius: 2 });
    await vi.waitFor(() => expect(seen).toEqual([1, 2]));
    await mine.latest.delete();
    await vi.waitFor(() => expect(seen).toEqual([1, 2, undefined]));
    registration.stop();
    await mine.latest.put({ celsius: 3 });
    await mine.latest();
    expect(seen.length).toBe(3);
  });

  it("a watcher that throws is reported, and told of the next change", async () => {
    const { state: mine, errors } = await state();
    await mine.latest.put({ celsius: 1 });
    let calls = 0;
    await mine.latest.watch(() => {
      calls += 1;
      throw new Error("broken");
    });
    await vi.waitFor(() => expect(calls).toBe(1));
    await mine.latest.put({ celsius: 2 });
    await vi.waitFor(() => expect(errors.length).toBe(2));
    expect(errors[0]).toMatchObject({ code: "handler_failed", ref: "weather/state/log/latest" });
  });

  it("a protocol without an address keeps its state with the client", async () => {
    const { client } = await bus.client(clock);
    await client.state.zone.put("UTC");
    expect((await client.state.zone())?.value).toBe("UTC");
  });
});
