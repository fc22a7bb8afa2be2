import fc from "fast-check";
import { expect, it } from "vitest";
import { EventReader } from "../../runtime/events/event-reader.js";
import { Wire } from "../../runtime/protocol/wire.js";
import { clock, reading, weather } from "./fixture-protocol.js";

const address = { region: "north", station: "Oslo" };
const reader = new EventReader(new Wire(weather, undefined), address);
const readable = reader.readable(reading);

const anything = fc.oneof(fc.constant(undefined), fc.jsonValue());

/** Messages that are as expected, except here and there. */
const message = fc.record({
  event_name: fc.oneof({ weight: 5, arbitrary: fc.constant("reading") }, anything),
  payload: fc.oneof({ weight: 5, arbitrary: fc.constant({ celsius: 3 }) }, anything),
  station: fc.oneof({ weight: 5, arbitrary: fc.constantFrom("Oslo", "OSLO", "Bergen") }, anything),
  region: fc.oneof({ weight: 5, arbitrary: fc.constantFrom("north", "North") }, anything),
  timestamp: fc.oneof({ weight: 5, arbitrary: fc.constant("2026-11-20T10:00:00.000Z") }, anything),
  id: fc.oneof({ weight: 5, arbitrary: fc.constant("7") }, anything),
  more: anything,
});

function outcome(body: unknown, event: typeof readable): unknown {
  try {
    return reader.read(body, event, "subject");
  } catch (reason) {
    return String(reason);
  }
}

it("a usual message reads as its template would have it, and so does any other", () => {
  expect(readable.readUsual).toBeDefined();
  const { readUsual: _, ...byTemplate } = readable;
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: message }, anything), (body) => {
      expect(outcome(body, readable)).toEqual(outcome(body, { ...byTemplate, readUsual: undefined }));
    }),
    { numRuns: 2000 },
  );
});

it("an envelope of another form is read by its template alone", () => {
  expect(
    new EventReader(new Wire(clock, undefined), {}).readable(clock.events["tick"] ?? reading).readUsual,
  ).toBeUndefined();
});
