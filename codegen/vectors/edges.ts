/** Values at the edges of a shape, each with its verdict, made from every constraint that the shape has. */
import { fullSampleValue, sampleValue } from "../../runtime/value/sample-value.js";
import type { ArrayShape, Json, ObjectShape, ReferenceShape, Shape, UnionShape } from "../../runtime/value/shape.js";
import { join } from "../json/pointer.js";
import { acceptedTypes, type Edge, invalid, typeOf, valid, wrongTypes } from "./edge.js";
import { enumEdges, literalEdges, numberEdges, stringEdges } from "./scalar-edges.js";

type Fields = Readonly<Record<string, Json>>;

/** More are not kept of one shape, and so not of a shape around it either. */
const mostEdges = 120;
const longestArray = 50;
const stranger = "notInTheSchema";

/**
 * The edges of a shape, the most telling first, bounded in number.
 *
 * What is at fault is at fault by construction: nothing that checks values is asked.
 *
 * @param open names of the types around the shape; one that comes again is only looked at, not walked through
 */
export function edgesOf(shape: Shape, open: readonly string[] = []): readonly Edge[] {
  switch (shape.kind) {
    case "any":
      return [null, true, 1.5, "text", [1], { a: 1 }].map((value) => valid(`any value: ${typeOf(value)}`, value));
    case "null":
      return [valid("null", null), ...wrongTypes(shape)];
    case "boolean":
      return [valid("true", true), valid("false", false), invalid("a boolean in quotes", "true"), ...wrongTypes(shape)];
    case "number":
      return numberEdges(shape);
    case "string":
      return stringEdges(shape);
    case "literal":
      return literalEdges(shape);
    case "enum":
      return enumEdges(shape);
    case "array":
      return arrayEdges(shape, open);
    case "object":
      return objectEdges(shape, open);
    case "union":
      return unionEdges(shape, open);
    case "reference":
      return referenceEdges(shape, open);
  }
}

function referenceEdges(shape: ReferenceShape, open: readonly string[]): readonly Edge[] {
  if (!open.includes(shape.name)) return edgesOf(shape.target(), [...open, shape.name]);
  return [valid("one level deeper", sampleValue(shape)), ...wrongTypes(shape)];
}

function arrayEdges({ items, minItems = 0, maxItems }: ArrayShape, open: readonly string[]): readonly Edge[] {
  const shape: Shape = { kind: "array", items };
  const edges = wrongTypes(shape).slice();
  const filled = (length: number): Json => Array.from({ length }, () => sampleValue(items));
  if (minItems > 0) edges.unshift(invalid("one item too few", filled(minItems - 1)));
  if (minItems <= longestArray) edges.unshift(valid("as few items as can be", filled(minItems)));
  if (maxItems !== undefined && maxItems <= longestArray) {
    edges.unshift(
      valid("as many items as can be", filled(maxItems)),
      invalid("one item too many", filled(maxItems + 1)),
    );
  }
  if (maxItems === 0 || minItems > longestArray) return edges;
  const rest = Array.from({ length: Math.max(0, minItems - 1) }, () => sampleValue(items));
  const inside = edgesOf(items, open).map((edge) => around(edge, "0", (item) => [item, ...rest]));
  return [...edges, ...inside].slice(0, mostEdges);
}

function objectEdges(shape: ObjectShape, open: readonly string[]): readonly Edge[] {
  const base = sampleValue(shape) as Fields;
  const own: Edge[] = [valid("the sample", base), valid("every field", fullSampleValue(shape))];
  for (const { name, required } of shape.properties) {
    if (required) own.push(invalid("a required field is missing", without(base, name), join("", name)));
    else if (Object.hasOwn(base, name)) own.push(valid("an optional field is missing", without(base, name)));
  }
  const inside = shape.properties.map(
    ({ name, shape: field }): Part => ({
      edges: edgesOf(field, open),
      inWhole: (edge) => around(edge, name, (value) => withField(base, name, value)),
    }),
  );
  return [...own, ...restEdges(shape, base, open), ...wrongTypes(shape), ...inTurn(inside)].slice(0, mostEdges);
}

function restEdges({ rest, properties }: ObjectShape, base: Fields, open: readonly string[]): readonly Edge[] {
  const name = properties.some((property) => property.name === stranger) ? `${stranger}2` : stranger;
  const pointer = join("", name);
  const add = (value: Json): Fields => withField(base, name, value);
  switch (rest.kind) {
    case "unknown":
      return [{ verdict: "unknown field", why: "a field that the schema does not list", pointer, value: add(1) }];
    case "refused":
      return [invalid("a field that nobody may send", add(1), pointer)];
    case "free":
      return [valid("a free field", add({ a: [1] }), pointer)];
    case "values":
      return edgesOf(rest.shape, open).map((edge) => around(edge, name, add));
  }
}

function unionEdges(shape: UnionShape, open: readonly string[]): readonly Edge[] {
  const { members, discriminator } = shape;
  const choices = discriminator === undefined ? [] : discriminatorEdges(members, discriminator);
  const inside = members.map((member, index) => {
    const others = members.filter((_, other) => other !== index);
    const apart = discriminator !== undefined || isApart(member, others);
    const types = acceptedTypes(member);
    const chosen = discriminator === undefined ? undefined : choiceOf(sampleValue(member), discriminator);
    const edges = edgesOf(member, open).filter(({ verdict, value }) => {
      if (verdict === "valid") return true;
      // What this member refuses, another one may take.
      return (
        apart && types.has(typeOf(value)) && (discriminator === undefined || choiceOf(value, discriminator) === chosen)
      );
    });
    return { edges, inWhole: (edge: Edge) => edge };
  });
  return [...choices, ...wrongTypes(shape), ...inTurn(inside)].slice(0, mostEdges);
}

function isApart(member: Shape, others: readonly Shape[]): boolean {
  const types = acceptedTypes(member);
  return others.every((other) => [...acceptedTypes(other)].every((type) => !types.has(type)));
}

function discriminatorEdges(members: readonly Shape[], discriminator: string): readonly Edge[] {
  const pointer = join("", discriminator);
  return members.slice(0, 1).flatMap((member) => {
    const base = sampleValue(member) as Fields;
    return [
      invalid("no member has this discriminator", withField(base, discriminator, stranger), pointer),
      invalid("the discriminator is missing", without(base, discriminator), pointer),
    ];
  });
}

function choiceOf(value: Json, discriminator: string): Json | undefined {
  return typeOf(value) === "object" && Object.hasOwn(value as Fields, discriminator)
    ? (value as Fields)[discriminator]
    : undefined;
}

/** An edge of a part, as an edge of the whole. Its value is made when it is asked for: most edges are not kept. */
function around(edge: Edge, step: string, whole: (part: Json) => Json): Edge {
  const { verdict, why, pointer } = edge;
  return {
    verdict,
    why,
    pointer: join("", step) + pointer,
    get value() {
      return whole(edge.value);
    },
  };
}

/** The fields with one of them replaced, or added at the end. */
function withField(fields: Fields, name: string, value: Json): Fields {
  const names = Object.hasOwn(fields, name) ? Object.keys(fields) : [...Object.keys(fields), name];
  return Object.fromEntries(names.map((other) => [other, other === name ? value : (fields[other] ?? null)]));
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

/** A part of a shape. */
interface Part {
  readonly edges: readonly Edge[];
  /** An edge of the part as one of the whole. */
  readonly inWhole: (edge: Edge) => Edge;
}

/** The first edge of each part, then the second of each, and so on: whoever cuts the outcome keeps something of all of them. */
function inTurn(parts: readonly Part[]): readonly Edge[] {
  const longest = Math.max(0, ...parts.map(({ edges }) => edges.length));
  const taken: Edge[] = [];
  for (let index = 0; index < longest && taken.length < mostEdges; index++) {
    for (const { edges, inWhole } of parts) {
      const edge = edges[index];
      if (edge !== undefined) taken.push(inWhole(edge));
    }
  }
  return taken;
}
