import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/messages.js";
import type { EventDescriptor } from "../../runtime/protocol/message.js";
import { ajvCheck } from "../support/ajv-check.js";
import { readJsonSchema } from "../support/vectors.js";

/** A payload that nobody has recorded, and whether CyTube may send it, as far as its source is understood. */
interface Described {
  readonly event: string;
  readonly payload: unknown;
  readonly accepted: boolean;
  readonly because: string;
  /** Where the reference says so. */
  readonly source: string;
}

const described: readonly Described[] = readFileSync("test/data/described-payloads.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
const descriptors = new Map(Object.values<EventDescriptor>(kryten.events).map((event) => [event.name, event]));

function descriptorOf(event: string): EventDescriptor {
  const descriptor = descriptors.get(event);
  if (descriptor === undefined) throw new Error(`There is no event ${event}.`);
  return descriptor;
}

describe.each(described)("$event: $because", ({ event, payload, accepted }) => {
  const descriptor = descriptorOf(event);

  it(accepted ? "is accepted" : "is refused", () => {
    expect(descriptor.payload.check(payload, "tolerate")).toBe(accepted);
    expect(ajvCheck(readJsonSchema(descriptor))(payload)).toBe(accepted);
  });
});

describe("very long texts", () => {
  const long = "\u{1f600}".repeat(20_000);

  it.each([
    ["chatMsg", { username: "Bob", msg: long, meta: {}, time: 1795169412055 }],
    ["channelCSSJS", { css: long, cssHash: "a==", js: long, jsHash: "b==" }],
    ["setMotd", long],
    ["readChanLog", { success: true, data: long }],
    ["kick", { reason: long }],
  ])("are accepted in %s", (event, payload) => {
    expect(descriptorOf(event).payload.check(payload, "refuse")).toBe(true);
  });
});
