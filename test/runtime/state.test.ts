import { expect, it, vi } from "vitest";
import type { StateChange } from "../../runtime/state/state-key.js";
import { bytes, onBothBuses } from "../support/brokers.js";
import { gate } from "../support/gate.js";
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

  it.each([-1, 1.5, Number.NaN])("%s is no revision", async (revision) => {
    const { state: mine } = await state();
    await expect(mine.latest.put({ celsius: 1 }, { revision })).rejects.toMatchObject({
      code: "invalid_argument",
      rawMessage: `revision must be a whole number from 0, not ${revision}`,
    });
  });

  it("a wrong value is not written", async () => {
    const { state: mine, station } = await state();
    await expect(mine.latest.put({ celsius: "1" } as unknown as Reading)).rejects.toMatchObject({
      code: "invalid_message",
      subject: `weather_${station}/latest`,
      violations: [{ pointer: "/celsius" }],
    });
    await expect(mine.latest()).rejects.toMatchObject({ code: "bucket_missing" });
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

  it("a watcher that is stopped is told of nothing more, also not of what waits for it", async () => {
    const { client, state: mine } = await state();
    const { opened, open } = gate();
    const seen: (number | undefined)[] = [];
    await mine.latest.put({ celsius: 1 });
    const registration = await mine.latest.watch(async ({ value }: StateChange<Reading>) => {
      seen.push(value?.celsius);
      await opened;
    });
    const others: (number | undefined)[] = [];
    await mine.latest.watch(({ value }: StateChange<Reading>) => others.push(value?.celsius));
    await vi.waitFor(() => expect(seen).toEqual([1]));
    await mine.latest.put({ celsius: 2 });
    await vi.waitFor(() => expect(others).toEqual([1, 2]));
    registration.stop();
    open();
    await client.settled();
    expect(seen).toEqual([1]);
  });

  it("a watcher of a client that drains is told of nothing more, and finishes", async () => {
    const { client, errors, station, state: mine } = await state();
    const other = await bus.client(weather, { channels: [station] });
    const { latest } = other.client.channel(station).state;
    const { opened, open } = gate();
    const log: string[] = [];
    await mine.latest.put({ celsius: 1 });
    await mine.latest.watch(async ({ value }: StateChange<Reading>) => {
      log.push(`begin ${value?.celsius}`);
      await opened;
      log.push(`end ${value?.celsius}`);
    });
    await vi.waitFor(() => expect(log).toEqual(["begin 1"]));
    const others: (number | undefined)[] = [];
    await latest.watch(({ value }: StateChange<Reading>) => others.push(value?.celsius));
    const draining = client.drain();
    await latest.put({ celsius: 2 });
    await vi.waitFor(() => expect(others).toEqual([1, 2]));
    open();
    await draining;
    expect(log).toEqual(["begin 1", "end 1"]);
    expect(errors).toEqual([]);
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

  it("the past of a key is what the bucket keeps of it, deletions included, the oldest first", async () => {
    const { state: mine } = await state();
    await mine.note.put("in between, of another key");
    expect(await mine.latest.history()).toEqual([]);
    await mine.latest.put({ celsius: 1 });
    const second = await mine.latest.put({ celsius: 2 });
    await mine.latest.delete();
    const last = await mine.latest.put({ celsius: 4 });
    expect(await mine.latest.history()).toEqual([
      { value: { celsius: 2 }, revision: second },
      { value: undefined, revision: last - 1 },
      { value: { celsius: 4 }, revision: last },
    ]);
  });

  it("keys that share a name are read together, each with what its name says, in the order of their writing", async () => {
    const { state: mine } = await state();
    const roof = await mine.calibration.put({ offset: 2 }, { sensor: "roof" });
    const mast = await mine.calibration.put({ offset: 5 }, { sensor: "mast" });
    await mine.calibration.put({ offset: 7 }, { sensor: "cellar" });
    await mine.calibration.delete({ sensor: "cellar" });
    await mine.note.put("another key of the bucket");
    expect(await mine.calibration.all()).toEqual([
      { parameters: { sensor: "roof" }, value: { offset: 2 }, revision: roof },
      { parameters: { sensor: "mast" }, value: { offset: 5 }, revision: mast },
    ]);
    expect(await mine.calibration.all({ sensor: "mast" })).toMatchObject([{ revision: mast }]);
    expect(await mine.calibration.keys()).toEqual([{ sensor: "roof" }, { sensor: "mast" }]);
    expect(await mine.calibration.keys({ sensor: "cellar" })).toEqual([]);
    await mine.calibration.put({ offset: 3 }, { sensor: "roof" });
    expect(await mine.calibration.keys()).toEqual([{ sensor: "mast" }, { sensor: "roof" }]);
  });

  it("a key without parameters is one of its kind", async () => {
    const { state: mine } = await state();
    const revision = await mine.note.put("hello");
    expect(await mine.note.all()).toEqual([{ parameters: {}, value: "hello", revision }]);
    expect(await mine.note.keys()).toEqual([{}]);
    expect(await mine.latest.all()).toEqual([]);
    expect(await mine.latest.keys()).toEqual([]);
  });

  it("keys whose names are alike are told apart: the rules of their parameters count, and what says more of the name", async () => {
    const { state: mine, station } = await state();
    await mine.daily.put("fair", { day: "1" });
    await mine.hourly.put("sun", { day: "1", hour: "7" });
    await mine.hourly.put("rain", { day: "11", hour: "7" });
    const bucket = await (await bus.transport()).bucket(`weather_${station}`);
    await bucket.put("days/1/2/3", bytes("of nobody"));
    expect(await mine.hourly.keys()).toEqual([
      { day: "1", hour: "7" },
      { day: "11", hour: "7" },
    ]);
    expect(await mine.hourly.all({ day: "1" })).toMatchObject([{ value: "sun", parameters: { day: "1", hour: "7" } }]);
    expect(await mine.hourly.all({ hour: "7" })).toMatchObject([{ value: "sun" }, { value: "rain" }]);
    expect(await mine.daily.all()).toMatchObject([{ value: "fair", parameters: { day: "1" } }]);
  });

  it("no keys, no bucket and a wrong value are three different things", async () => {
    const { state: mine, station } = await state();
    const missing = { code: "bucket_missing", subject: `weather_${station}`, ref: "weather/state/log/calibration" };
    await expect(mine.calibration.all()).rejects.toMatchObject(missing);
    await expect(mine.calibration.keys()).rejects.toMatchObject(missing);
    await expect(mine.calibration.history({ sensor: "roof" })).rejects.toMatchObject(missing);
    await expect(mine.calibration.watchAll(() => undefined)).rejects.toMatchObject(missing);
    const bucket = await (await bus.transport()).bucket(`weather_${station}`, { create: { history: 1 } });
    expect(await mine.calibration.all()).toEqual([]);
    await bucket.put("sensors.roof.calibration", bytes("{"));
    const place = { ref: "weather/state/log/calibration", subject: `weather_${station}/sensors.roof.calibration` };
    await expect(mine.calibration.all()).rejects.toMatchObject({ code: "malformed_message", ...place });
    await expect(mine.calibration.history({ sensor: "roof" })).rejects.toMatchObject({
      code: "malformed_message",
      ...place,
    });
  });

  it("a name that can be no key is refused before anything is asked of the bus", async () => {
    const { state: mine } = await state();
    const refused = { code: "invalid_subject", ref: "weather/state/log/calibration" };
    for (const sensor of ["a.b", "*", ">", "", "a b", "\u00e9"]) {
      await expect(mine.calibration.all({ sensor })).rejects.toMatchObject(refused);
      await expect(mine.calibration.history({ sensor })).rejects.toMatchObject(refused);
      await expect(mine.calibration.watchAll(() => undefined, { sensor })).rejects.toMatchObject(refused);
    }
  });

  it("all keys that share a name are watched together, those to come included", async () => {
    const { state: mine, station, invalid } = await state();
    await mine.calibration.put({ offset: 1 }, { sensor: "roof" });
    await mine.calibration.put({ offset: 9 }, { sensor: "gone" });
    await mine.calibration.delete({ sensor: "gone" });
    const seen: unknown[] = [];
    const note = ({ parameters, value, subject }: StateChange<{ offset: number }, { sensor: string }>) => {
      seen.push([parameters.sensor, value?.offset, subject]);
    };
    const registration = await mine.calibration.watchAll(note);
    const at = (sensor: string) => `weather_${station}/sensors.${sensor}.calibration`;
    const expected: unknown[] = [["roof", 1, at("roof")]];
    await vi.waitFor(() => expect(seen).toEqual(expected));
    await mine.note.put("another key of the bucket");
    await mine.calibration.put({ offset: 2 }, { sensor: "mast" });
    await mine.calibration.delete({ sensor: "roof" });
    expected.push(["mast", 2, at("mast")], ["roof", undefined, at("roof")]);
    await vi.waitFor(() => expect(seen).toEqual(expected));
    const bucket = await (await bus.transport()).bucket(`weather_${station}`);
    await bucket.put("sensors.mast.calibration", bytes("{"));
    await vi.waitFor(() => expect(invalid).toMatchObject([{ code: "malformed_message", subject: at("mast") }]));
    registration.stop();
    await mine.calibration.put({ offset: 3 }, { sensor: "mast" });
    await mine.calibration.all();
    expect(seen).toEqual(expected);
  });

  it("a protocol without an address keeps its state with the client", async () => {
    const { client } = await bus.client(clock);
    await client.state.zone.put("UTC");
    expect((await client.state.zone())?.value).toBe("UTC");
  });
});
