/** Values at random that are of a shape, or nearly. */
import fc from "fast-check";

import { formatEdges } from "../../codegen/vectors/format-edges.js";
import { isFormat } from "../../runtime/value/format.js";
import type { NumberShape, ObjectShape, Shape, StringShape } from "../../runtime/value/shape.js";
import { hostileNames } from "./arbitrary-types.js";

/** How deep references are followed: types that hold one another have values that grow by a power of it. */
const deepest = 3;

// By depth. Types that hold one another have far more paths than places, and millions of arbitraries fill the memory.
const known = new WeakMap<Shape, Map<number, fc.Arbitrary<unknown>>>();

/** Values that follow a shape, with something else in a few places. */
export function nearly(shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  const byDepth = known.get(shape) ?? new Map<number, fc.Arbitrary<unknown>>();
  known.set(shape, byDepth);
  const values =
    byDepth.get(depth) ?? fc.oneof({ weight: 12, arbitrary: follow(shape, depth) }, { weight: 1, arbitrary: anything });
  byDepth.set(depth, values);
  return values;
}

class Inheriting {
  get a(): string {
    return "inherited";
  }
}

/** What JSON has, and what only a program can come up with. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(undefined, null, NaN, Infinity, -0, 2 ** 53, -(2 ** 53), 1.5, 10n, Symbol("s"), () => true),
  fc.constantFrom<unknown>("\ud800", "\u{1f600}", "\u{1f600}\u{1f600}", "", "on", "v1", "a\n", "\u2028"),
  fc.constantFrom<unknown>([undefined], Array(2), Object.assign([], { a: 1 }), Object.create(null), new Inheriting()),
  fc.constantFrom<unknown>(
    new Date(0),
    new Map([["a", 1]]),
    Object("a"),
    JSON.parse('{"__proto__":1,"constructor":"on"}'),
  ),
  fc.constant<unknown>(Object.create({ a: "on", kind: "on", extra: 1 })),
);

function follow(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "any":
      return anything;
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "number":
      return numbers(shape);
    case "string":
      return texts(shape);
    case "literal":
      return fc.constant(shape.value);
    case "enum":
      return fc.constantFrom(...shape.values, ...(shape.open ? ["other"] : []));
    case "array": {
      const { items, minItems = 0, maxItems = 3 } = shape;
      const least = Math.min(minItems, maxItems);
      return fc.array(nearly(items, depth + 1), { minLength: least, maxLength: depth > 4 ? least : maxItems });
    }
    case "object":
      return objects(shape, depth);
    case "union":
      return fc.oneof(...shape.members.map((member) => follow(member, depth)));
    case "reference":
      return depth > deepest ? anything : nearly(shape.target(), depth + 1);
  }
}

function numbers({ integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberShape): fc.Arbitrary<number> {
  const limits = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter((limit) => limit !== undefined);
  const near = [...limits, 0].flatMap((limit) => [limit - 1, limit, limit + 1, limit + 0.25]);
  const whole = near.map(Math.trunc);
  return fc.oneof(fc.constantFrom(...(integer ? whole : near)), fc.constantFrom(...near), fc.double());
}

function texts({ format }: StringShape): fc.Arbitrary<string> {
  const { valid = [], invalid = [] } = format !== undefined && isFormat(format) ? formatEdges[format] : {};
  const short = fc.string({ unit: fc.constantFrom("a", "x", "/", "?", "7", "\u{1f600}"), maxLength: 4 });
  return fc.oneof(fc.constantFrom("", "a", "ab", "x", ...valid, ...invalid), short);
}

function objects({ properties, rest }: ObjectShape, depth: number): fc.Arbitrary<unknown> {
  const listed = properties.map(({ name, required, shape }) =>
    nearly(shape, depth + 1).chain((value) =>
      fc.nat(required ? 15 : 1).map((lot) => (lot === 0 ? [] : [[name, value] as const])),
    ),
  );
  const other = rest.kind === "values" ? nearly(rest.shape, depth + 1) : fc.constantFrom<unknown>(undefined, 1, null);
  const names = fc.constantFrom("extra", "other", ...hostileNames);
  const extra = fc.array(fc.tuple(names, other), { maxLength: depth > 4 ? 0 : 1 });
  return fc.tuple(extra, ...listed).map(([others, ...entries]) => Object.fromEntries([...others, ...entries.flat()]));
}
