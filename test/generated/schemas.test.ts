import { readFileSync } from "node:fs";
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { expect, test } from "vitest";

import { kryten } from "../../generated/kryten/messages.js";
import * as schemas from "../../generated/kryten/schemas.js";
import * as validators from "../../generated/kryten/validators.js";
import type { Check } from "../../runtime/value/shape.js";

const recorded = readFileSync("test/data/captures/cytube-events.jsonl", "utf8")
  .trim()
  .split("\n")
  .map((line): unknown => JSON.parse(line).payload);

const events = Object.values(kryten.events).map(({ payload: { check } }) => ({
  check,
  schema: (schemas as unknown as Record<string, TSchema>)[check.name.replace(/^is(.*)$/u, "$1Schema")],
}));

test("a TypeBox schema gives the verdict of the validator, for every recorded payload and the schema of every event", () => {
  const verdicts = { accepted: 0, refused: 0 };
  for (const { check, schema } of events) {
    if (schema === undefined) throw new Error(`${check.name} has no schema`);
    for (const payload of recorded) {
      const accepted = check(payload, "tolerate");
      verdicts[accepted ? "accepted" : "refused"]++;
      if (Value.Check(schema, payload) !== accepted)
        expect({ check: check.name, payload, accepted }).toBe("the verdict of both");
    }
  }
  expect(verdicts.accepted).toBeGreaterThan(recorded.length);
  expect(verdicts.refused).toBeGreaterThan(recorded.length);
});

test("there is a schema for every validator", () => {
  const named = (module: object, pattern: RegExp) =>
    Object.keys(module)
      .flatMap((name) => pattern.exec(name)?.slice(1) ?? [])
      .sort();
  expect(named(schemas, /^(.*)Schema$/u)).toEqual(
    named(validators satisfies Record<string, Check<unknown>>, /^is(.*)$/u),
  );
});
