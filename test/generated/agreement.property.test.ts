import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decode } from "../../runtime/protocol/codec.js";
import type { Shape, UnknownFields } from "../../runtime/value/shape.js";
import { maximumDepth } from "../../runtime/value/validate.js";
import { violations } from "../../runtime/value/violation.js";
import { arbitraryTypes } from "../support/arbitrary-types.js";
import { nearly } from "../support/arbitrary-value.js";
import { namedType } from "../support/catalog.js";
import { compileTypes } from "../support/compiled-types.js";

const modes: readonly UnknownFields[] = ["tolerate", "refuse"];
const runs = 80;
const valuesPerRun = 30;

describe("for types and values at random", () => {
  test("a compiled check accepts a value when, and only when, the explanation finds nothing wrong", async () => {
    const verdicts = { accepted: 0, refused: 0 };
    const subject = arbitraryTypes.chain((types) => {
      const values = types.map(({ shape }) =>
        fc.array(nearly(shape), { minLength: valuesPerRun, size: "max", maxLength: valuesPerRun }),
      );
      return fc.record({ types: fc.constant(types), values: fc.tuple(...values) });
    });
    const property = fc.asyncProperty(subject, async ({ types, values }) => {
      for (const [index, { check, shape }] of (await compileTypes(types)).entries()) {
        for (const value of values[index] ?? []) {
          for (const fields of modes) {
            const accepted = check(value, fields);
            verdicts[accepted ? "accepted" : "refused"]++;
            expect({ value, fields, accepted }).toEqual({
              value,
              fields,
              accepted: violations(shape, value, fields).length === 0,
            });
          }
        }
      }
    });
    await fc.assert(property, { numRuns: runs, interruptAfterTimeLimit: 25_000, markInterruptAsFailure: false });
    expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(1_000);
  });
});

describe("for a type that is made of itself", () => {
  const list: Shape = { kind: "array", items: { kind: "reference", name: "List", target: () => list } };
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

  test("both accept what nests as deep as a message may", async () => {
    const [compiled] = await compileTypes([namedType("List", list)]);
    const deepest: unknown = JSON.parse(nested(maximumDepth));
    expect(compiled?.check(deepest, "refuse")).toBe(true);
    expect(violations(list, deepest, "refuse")).toEqual([]);
  });

  test("neither is given what nests deeper: it is not decoded", () => {
    const bytes = new TextEncoder().encode(nested(maximumDepth + 1));
    expect(() => decode(bytes, 1_000)).toThrow("malformed_message");
  });
});
