/** One value at the edge of what a shape accepts, and the tools that edges are made with. */
import type { Json, Shape } from "../../runtime/value/shape.js";
import type { JsonType } from "../load/schema.js";

/** A value, and what every reader and writer must say about it. */
export interface Edge {
  /** `unknown field`: a reader lets it through, a writer must not send it. */
  readonly verdict: "valid" | "invalid" | "unknown field";
  /** What is special about it, as a phrase. */
  readonly why: string;
  /** Where in the value. */
  readonly pointer: string;
  readonly value: Json;
}

/** An edge that every shape's value lets through. */
export function valid(why: string, value: Json, pointer = ""): Edge {
  return { verdict: "valid", why, pointer, value };
}

/** An edge that is refused. */
export function invalid(why: string, value: Json, pointer = ""): Edge {
  return { verdict: "invalid", why, pointer, value };
}

type WireType = Exclude<JsonType, "integer">;

/** One value of each JSON type. */
const representatives: readonly (readonly [WireType, Json])[] = [
  ["null", null],
  ["boolean", true],
  ["number", 7],
  ["string", "text"],
  ["array", []],
  ["object", {}],
];

/** A value of each JSON type that the shape does not accept. */
export function wrongTypes(shape: Shape): readonly Edge[] {
  const accepted = acceptedTypes(shape);
  return representatives
    .filter(([type]) => !accepted.has(type))
    .map(([type, value]) => invalid(type === "null" ? "null" : `wrong type: ${type}`, value));
}

/** The JSON types that a shape accepts some value of. */
export function acceptedTypes(shape: Shape): ReadonlySet<WireType> {
  switch (shape.kind) {
    case "any":
      return new Set(representatives.map(([type]) => type));
    case "literal":
      return new Set([typeOf(shape.value)]);
    case "enum":
      return new Set(shape.values.map(typeOf));
    case "union":
      return new Set(shape.members.flatMap((member) => [...acceptedTypes(member)]));
    case "reference":
      return acceptedTypes(shape.target());
    default:
      return new Set([shape.kind]);
  }
}

/** The JSON type of a value. */
export function typeOf(value: Json): WireType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "boolean" || type === "number" || type === "string" ? type : "object";
}
