/** Arbitrary shapes and values, for properties that hold of all of them. */
import fc from "fast-check";
import type { Rest, Shape } from "../../runtime/value/shape.js";

const names = fc.constantFrom("a", "b", "kind", "__proto__", "constructor");

const scalars = fc.constantFrom<Shape[]>(
  { kind: "any" },
  { kind: "null" },
  { kind: "boolean" },
  { kind: "number", integer: true },
  { kind: "number", integer: true, minimum: 0, maximum: 1 },
  { kind: "number", integer: false, minimum: -1, exclusiveMaximum: 2 },
  { kind: "number", integer: false, exclusiveMinimum: 0 },
  { kind: "string" },
  { kind: "string", minLength: 2, maxLength: 3 },
  { kind: "string", pattern: "^[a-z]+$" },
  { kind: "string", format: "date" },
  { kind: "literal", value: "a" },
  { kind: "literal", value: 0 },
  { kind: "literal", value: true },
  { kind: "enum", values: ["a", "bb", 0], open: false },
  { kind: "enum", values: ["a"], open: true },
);

/** A union whose members are told apart by the field `kind`. */
function discriminated(members: readonly (Shape & { kind: "object" })[]): Shape {
  return {
    kind: "union",
    discriminator: "kind",
    members: members.map(({ properties, rest }, index) => {
      const tag: Shape =
        index === 0 ? { kind: "literal", value: "a" } : { kind: "enum", values: ["bb", index], open: false };
      const others = properties.filter(({ name }) => name !== "kind");
      return { kind: "object", properties: [...others, { name: "kind", required: true, shape: tag }], rest };
    }),
  };
}

const namesByTarget = new Map<string, string>();

/** A reference to a shape; equal shapes have one name. */
function named(target: Shape): Shape {
  const key = JSON.stringify(target);
  const name = namesByTarget.get(key) ?? `Named${namesByTarget.size}`;
  namesByTarget.set(key, name);
  return { kind: "reference", name, target: () => target };
}

/** Shapes of every kind. Equal references have equal targets. */
export const shapes: fc.Arbitrary<Shape> = fc.letrec<{
  shape: Shape;
  rest: Rest;
  object: Shape & { kind: "object" };
}>((tie) => ({
  rest: fc.oneof(
    fc.constantFrom<Rest[]>({ kind: "unknown" }, { kind: "refused" }, { kind: "free" }),
    tie("shape").map((shape) => ({ kind: "values", shape }) as const),
  ),
  object: fc
    .record({
      properties: fc.uniqueArray(fc.record({ name: names, required: fc.boolean(), shape: tie("shape") }), {
        selector: ({ name }) => name,
        maxLength: 3,
      }),
      rest: tie("rest"),
    })
    .map((fields) => ({ kind: "object", ...fields }) as const),
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    fc
      .record({ items: tie("shape"), minItems: fc.constantFrom(0, 1), maxItems: fc.constantFrom(2, 9) })
      .map((fields) => ({ kind: "array", ...fields }) as const),
    tie("object"),
    fc.array(tie("shape"), { minLength: 1, maxLength: 3 }).map((members) => ({ kind: "union", members }) as const),
    fc.array(tie("object"), { minLength: 1, maxLength: 2 }).map(discriminated),
    tie("shape").map(named),
  ),
})).shape;

/** Values that those shapes accept, and values that they nearly accept. */
export const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown[]>(undefined, null, true, -0, 0, 1, 1.5, -2, Number.NaN, 2 ** 60),
    fc.constantFrom("", "a", "bb", "cccc", "\u{1F600}\u{1F600}", "2026-02-28", "2026-02-29"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(names, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
