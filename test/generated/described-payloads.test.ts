import { describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/messages.js";
import type { EventDescriptor } from "../../runtime/protocol/message.js";
import { ajvCheck } from "../support/ajv-check.js";
import { describedPayloads } from "../support/described.js";
import { readJsonSchema } from "../support/vectors.js";

const descriptors = new Map(Object.values<EventDescriptor>(kryten.events).map((event) => [event.name, event]));

function descriptorOf(event: string): EventDescriptor {
  const descriptor = descriptors.get(event);
  if (descriptor === undefined) throw new Error(`There is no event ${event}.`);
  return descriptor;
}

describe.each(describedPayloads)("$event: $because ($source)", ({ event, payload, accepted }) => {
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
