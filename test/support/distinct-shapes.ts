/** Arbitrary shapes of the kind that the rules let through: every shape has a value, and union members are told apart. */
import fc from "fast-check";
import type { NumberShape, ObjectShape, Property, Rest, Shape, StringShape } from "../../runtime/value/shape.js";

const patterns = ["^[0-9]+$", "^[a-z]{2,4}$", "^#[0-9A-F]{6}$", "^(?:on|off)$", "^[A-Za-z][A-Za-z0-9_-]*$", "x"];
const formats = ["date-time", "date", "uuid", "uri"];
const names = ["a", "name", "user_id", "toString", "__proto__", "x y", "a/b~c", "\u00fc"];

function range(least: number, most: number): fc.Arbitrary<readonly [number, number]> {
  return fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most })).map(([one, other]) => {
    return [Math.min(one, other), Math.max(one, other)] as const;
  });
}

const numbers: fc.Arbitrary<NumberShape> = fc
  .record({
    integer: fc.boolean(),
    bounds: range(-20, 20),
    lower: fc.constantFrom("none", "in", "out"),
    upper: fc.constantFrom("none", "in", "out"),
  })
  .map(({ integer, bounds: [low, high], lower, upper }) => ({
    kind: "number",
    integer,
    ...(lower === "in" ? { minimum: low } : {}),
    ...(lower === "out" ? { exclusiveMinimum: low } : {}),
    ...(upper === "in" ? { maximum: high + 2 } : {}),
    ...(upper === "out" ? { exclusiveMaximum: high + 2 } : {}),
  }));

const strings: fc.Arbitrary<StringShape> = fc.oneof(
  range(0, 6).map(([minLength, maxLength]): StringShape => ({ kind: "string", minLength, maxLength })),
  fc.constantFrom<StringShape>({ kind: "string" }, { kind: "string", minLength: 3 }),
  fc.constantFrom(...patterns).map((pattern): StringShape => ({ kind: "string", pattern })),
  fc.constantFrom(...formats).map((format): StringShape => ({ kind: "string", format })),
);

const scalars: fc.Arbitrary<Shape> = fc.oneof(
  fc.constantFrom<Shape>({ kind: "null" }, { kind: "boolean" }, { kind: "any" }),
  numbers,
  strings,
  fc
    .oneof(fc.boolean(), fc.integer({ min: -3, max: 3 }), fc.constantFrom("on", ""))
    .map((value): Shape => ({ kind: "literal", value })),
  fc
    .tuple(fc.uniqueArray(fc.constantFrom("red", "green", "blue"), { minLength: 1 }), fc.boolean())
    .map(([values, open]): Shape => ({ kind: "enum", values, open })),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 })
    .map((values): Shape => ({ kind: "enum", values, open: false })),
);

/** A type that holds itself, in a field that may be absent. */
const tree: Shape = {
  kind: "reference",
  name: "Tree",
  target: () => ({
    kind: "object",
    rest: { kind: "unknown" },
    properties: [
      { name: "leaf", required: true, shape: { kind: "number", integer: true } },
      { name: "branches", required: false, shape: { kind: "array", items: tree } },
    ],
  }),
};

function rests(shape: fc.Arbitrary<Shape>): fc.Arbitrary<Rest> {
  return fc.oneof(
    fc.constantFrom<Rest>({ kind: "unknown" }, { kind: "refused" }, { kind: "free" }),
    shape.map((values): Rest => ({ kind: "values", shape: values })),
  );
}

function objects(shape: fc.Arbitrary<Shape>, rest: fc.Arbitrary<Rest>): fc.Arbitrary<ObjectShape> {
  const properties = fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), required: fc.boolean(), shape }), {
    selector: (property: Property) => property.name,
    maxLength: 4,
  });
  return fc.record({ kind: fc.constant("object" as const), properties, rest });
}

/** Objects told apart by the field `kind`, whose constants differ. */
function discriminated(shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  return fc.array(objects(shape, fc.constant({ kind: "unknown" })), { minLength: 2, maxLength: 3 }).map((members) => ({
    kind: "union",
    discriminator: "kind",
    members: members.map((member, index): Shape => {
      const tag: Property = { name: "kind", required: true, shape: { kind: "literal", value: `form${index}` } };
      return { ...member, properties: [tag, ...member.properties] };
    }),
  }));
}

/** Members told apart by their JSON type. */
function mixed(shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  const members: fc.Arbitrary<Shape>[] = [
    fc.constant({ kind: "null" }),
    numbers,
    strings,
    shape.map((items) => ({ kind: "array", items })),
    objects(shape, rests(shape)),
  ];
  return fc
    .subarray(members, { minLength: 2 })
    .chain((chosen) => fc.tuple(...chosen))
    .map((shapes) => ({ kind: "union", members: shapes }));
}

/** Any shape, a few levels deep. */
export const distinctShapes: fc.Arbitrary<Shape> = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalars,
    fc.constant(tree),
    fc
      .tuple(tie("shape"), range(0, 3))
      .map(([items, [minItems, maxItems]]): Shape => ({ kind: "array", items, minItems, maxItems })),
    objects(tie("shape"), rests(tie("shape"))),
    discriminated(tie("shape")),
    mixed(tie("shape")),
  ),
})).shape;
