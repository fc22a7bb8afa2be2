/** Named types at random: everything that a schema can say, recursion and hostile names included. */
import fc from "fast-check";

import type { NamedType } from "../../codegen/model.js";
import type { ObjectShape, Shape } from "../../runtime/value/shape.js";
import { namedType } from "./catalog.js";

/** Names of fields that are easily got wrong. */
export const hostileNames = `__proto__ constructor toString length value fields a-b a_b 1 class`
  .split(" ")
  .concat("", " ");

const fieldName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "c", "kind") },
  { weight: 1, arbitrary: fc.constantFrom(...hostileNames) },
);
const constant = fc.constantFrom("on", "off", "", "a", 0, 1, -1.5, 1e21);
const limit = fc.constantFrom(-1, 0, 1, 1.5, 3);
const count = fc.integer({ min: 0, max: 3 });

/** One to four types, some of which refer to one another: `T0`, `T1` ... */
export const arbitraryTypes = arbitraryTypesNamed("T");

/** The same with names of one's own, which begin so. */
export function arbitraryTypesNamed(prefix: string): fc.Arbitrary<readonly NamedType[]> {
  const names = ["0", "1", "2", "3"].map((number) => `${prefix}${number}`);
  return fc
    .integer({ min: 1, max: names.length })
    .chain((size) => fc.tuple(...names.slice(0, size).map((_, index) => shapeOf(index, names.slice(0, size)))))
    .map((shapes) => tie(shapes, names));
}

/** Shapes whose references have their targets. */
function tie(shapes: readonly Shape[], names: readonly string[]): readonly NamedType[] {
  const types: readonly NamedType[] = shapes.map((shape, index) => namedType(names[index] ?? "", tied(shape)));

  function tied(shape: Shape): Shape {
    switch (shape.kind) {
      case "reference":
        return { ...shape, target: () => types.find(({ name }) => name === shape.name)?.shape ?? { kind: "any" } };
      case "array":
        return { ...shape, items: tied(shape.items) };
      case "union":
        return { ...shape, members: shape.members.map(tied) };
      case "object": {
        const { properties, rest } = shape;
        return {
          kind: "object",
          properties: properties.map((property) => ({ ...property, shape: tied(property.shape) })),
          rest: rest.kind === "values" ? { kind: "values", shape: tied(rest.shape) } : rest,
        };
      }
      default:
        return shape;
    }
  }
  return types;
}

function referenceTo(names: readonly string[]): fc.Arbitrary<Shape> {
  return fc.constantFrom(...names).map((name) => ({ kind: "reference", name, target: () => ({ kind: "any" }) }));
}

/** The shape of type number `index` of those named. It refers to itself and to earlier types only inside a list or an object. */
function shapeOf(index: number, names: readonly string[]): fc.Arbitrary<Shape> {
  const { shape } = fc.letrec<{ shape: Shape; inner: Shape }>((tie) => ({
    inner: fc.oneof(
      { maxDepth: 2, depthSize: "small", withCrossShrink: true },
      scalar,
      referenceTo(names),
      listOf(tie("inner")),
      objectOf(tie("inner")),
      unionOf(fc.oneof(scalar, objectOf(tie("inner")))),
      choiceOf(tie("inner")),
    ),
    shape: fc.oneof(
      scalar,
      listOf(tie("inner")),
      objectOf(tie("inner")),
      objectOf(tie("inner")),
      choiceOf(tie("inner")),
      unionOf(fc.oneof(scalar, listOf(tie("inner")), objectOf(tie("inner")))),
      ...(index + 1 < names.length ? [referenceTo(names.slice(index + 1))] : []),
    ),
  }));
  return shape;
}

const given = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const scalar: fc.Arbitrary<Shape> = fc.oneof(
  fc.constantFrom<Shape>({ kind: "any" }, { kind: "null" }, { kind: "boolean" }),
  fc
    .record({
      minimum: given(limit),
      maximum: given(limit),
      exclusiveMinimum: given(limit),
      exclusiveMaximum: given(limit),
    })
    .chain((limits) => fc.boolean().map((integer): Shape => ({ kind: "number", integer, ...defined(limits) }))),
  fc
    .record({
      minLength: given(count),
      maxLength: given(count),
      pattern: given(fc.constantFrom("^[a-z]+$", "^[0-9]*[?]$", "x", "^.$", "/", "^[^\\]]*$")),
      format: given(fc.constantFrom("date-time", "date", "uuid", "uri")),
    })
    .map((limits): Shape => ({ kind: "string", ...defined(limits) })),
  fc.oneof(constant, fc.boolean()).map((value): Shape => ({ kind: "literal", value })),
  fc
    .uniqueArray(constant, { minLength: 1, maxLength: 3 })
    .map((values): Shape => ({ kind: "enum", values, open: false })),
  fc.constant<Shape>({ kind: "enum", values: Array.from({ length: 12 }, (_, index) => `v${index}`), open: false }),
  fc.constant<Shape>({ kind: "enum", values: ["on", "off"], open: true }),
);

function listOf(items: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  return fc
    .record({ items, minItems: given(count), maxItems: given(count) })
    .map(({ items: shape, ...limits }) => ({ kind: "array", items: shape, ...defined(limits) }));
}

function objectOf(values: fc.Arbitrary<Shape>): fc.Arbitrary<ObjectShape> {
  const property = fc.record({ name: fieldName, required: fc.boolean(), shape: values });
  const rest = fc.oneof(
    fc.constantFrom<ObjectShape["rest"]>(
      { kind: "unknown" },
      { kind: "unknown" },
      { kind: "refused" },
      { kind: "free" },
    ),
    values.map((shape): ObjectShape["rest"] => ({ kind: "values", shape })),
  );
  const several = fc.uniqueArray(property, { selector: ({ name }) => name, maxLength: 4 });
  // Objects with none but optional fields are checked in a way of their own.
  const optional = property.map((each) => ({ ...each, required: false }));
  const sparse = fc.uniqueArray(optional, { selector: ({ name }) => name, minLength: 4, maxLength: 6 });
  const properties = fc.oneof({ weight: 3, arbitrary: several }, { weight: 1, arbitrary: sparse });
  return fc.record({ properties, rest }).map((parts) => ({ kind: "object", ...parts }));
}

function unionOf(members: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  return fc.array(members, { minLength: 2, maxLength: 3 }).map((shapes) => ({ kind: "union", members: shapes }));
}

/** Objects that are told apart by a field which each fixes. */
function choiceOf(values: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  const discriminator = fc.constantFrom("kind", "constructor", "a-b");
  return fc.tuple(discriminator, fc.array(objectOf(values), { minLength: 2, maxLength: 3 })).map(([name, objects]) => ({
    kind: "union",
    discriminator: name,
    members: objects.map((object, index) => ({
      ...object,
      properties: [
        ...object.properties.filter((property) => property.name !== name),
        { name, required: true, shape: { kind: "literal", value: index === 0 ? "on" : `v${index}` } },
      ],
    })),
  }));
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
