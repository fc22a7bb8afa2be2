import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/messages.js";
import type { EventDescriptor } from "../../runtime/protocol/message.js";
import { violations } from "../../runtime/value/violation.js";
import { ajvCheck } from "../support/ajv-check.js";
import { readJsonSchema } from "../support/vectors.js";

interface Recorded {
  readonly event: string;
  readonly payload: unknown;
}

const lines: readonly Recorded[] = readFileSync("test/data/captures/cytube-events.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
/** Of a very long payload, the recording only says how long it was. */
function isElided({ payload }: Recorded): boolean {
  return typeof payload === "string" && /^<elided: [0-9]+ chars>$/.test(payload);
}

const recorded = lines.filter((line) => !isElided(line));
const descriptors = new Map(Object.values<EventDescriptor>(kryten.events).map((event) => [event.name, event]));

/** The recorded payloads, each with the event's descriptor, that somebody refuses. */
function refused(accepts: (event: EventDescriptor) => (payload: unknown) => boolean): readonly string[] {
  const judges = new Map([...descriptors].map(([name, event]) => [name, accepts(event)]));
  return recorded
    .filter(({ event, payload }) => judges.get(event)?.(payload) === false)
    .map(({ event, payload }) => `${event} ${JSON.stringify(payload)}`);
}

describe("the events recorded from a CyTube server", () => {
  it("are many, and all have a schema", () => {
    const names = new Set(lines.map(({ event }) => event));
    expect(names.size).toBe(65);
    expect(lines).toHaveLength(306);
    expect(recorded).toHaveLength(299);
    expect([...names].filter((name) => !descriptors.has(name))).toEqual([]);
  });

  it("are accepted by the compiled validators", () => {
    expect(
      refused(
        ({ payload }) =>
          (value) =>
            payload.check(value, "tolerate"),
      ),
    ).toEqual([]);
  });

  it("have nothing wrong with them", () => {
    const found = recorded.flatMap(({ event, payload }) => {
      const shape = descriptors.get(event)?.payload.shape();
      const wrong = shape === undefined ? [] : violations(shape, payload, "tolerate");
      return wrong.map(({ pointer, message }) => `${event} ${pointer} ${message}`);
    });
    expect(found).toEqual([]);
  });

  it("are accepted by ajv on the bundled JSON Schemas", () => {
    expect(refused((event) => ajvCheck(readJsonSchema(event)))).toEqual([]);
  });

  it("hold no field that the schemas do not know", () => {
    expect(
      refused(
        ({ payload }) =>
          (value) =>
            payload.check(value, "refuse"),
      ),
    ).toEqual([]);
  });
});
