/** Shapes in a few words. */
import type { NumberShape, Shape, StringShape } from "../../runtime/value/shape.js";
import { either } from "../../runtime/value/wording.js";
import { code, link } from "./text.js";

/** Where the page of a type is; nothing for a type that has none. */
export type TypeLink = (name: string) => string | undefined;

/** What a value may be, as a phrase with links: `array of [User](types.md#user)`. */
export function typeText(shape: Shape, target: TypeLink): string {
  switch (shape.kind) {
    case "any":
      return "anything";
    case "null":
    case "boolean":
      return shape.kind;
    case "number":
      return withLimits(shape.integer ? "integer" : "number", numberLimits(shape));
    case "string":
      return withLimits("string", stringLimits(shape));
    case "literal":
      return literalText(shape.value);
    case "enum":
      return either([...shape.values.map(literalText), ...(shape.open ? ["other text"] : [])]);
    case "array": {
      const items = typeText(shape.items, target);
      return withLimits(`array of ${enclosed(items)}`, range(shape.minItems, shape.maxItems, "item"));
    }
    case "object":
      return shape.rest.kind === "values" && shape.properties.length === 0
        ? `object, each field ${typeText(shape.rest.shape, target)}`
        : "object";
    case "union":
      return either([...new Set(shape.members.map((member) => enclosed(typeText(member, target))))]);
    case "reference": {
      const page = target(shape.name);
      return page === undefined ? shape.name : link(shape.name, page);
    }
  }
}

/** In parentheses, when it is more than a word or two. */
function enclosed(type: string): string {
  return / or |, /u.test(type) ? `(${type})` : type;
}

function literalText(value: string | number | boolean): string {
  return code(JSON.stringify(value));
}

function withLimits(type: string, limits: readonly string[]): string {
  return [type, ...limits].join(", ");
}

function numberLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberShape): readonly string[] {
  return [
    ...range(minimum, maximum),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`less than ${exclusiveMaximum}`]),
  ];
}

function stringLimits({ minLength, maxLength, pattern, format }: StringShape): readonly string[] {
  return [
    ...range(minLength, maxLength, "character"),
    ...(pattern === undefined ? [] : [`matching ${code(pattern)}`]),
    ...(format === undefined ? [] : [code(format)]),
  ];
}

/** @param noun what is counted, when something is */
function range(minimum: number | undefined, maximum: number | undefined, noun = ""): readonly string[] {
  const last = maximum ?? minimum;
  const unit = noun === "" ? "" : ` ${noun}${last === 1 ? "" : "s"}`;
  if (minimum !== undefined && minimum === maximum) return [`exactly ${minimum}${unit}`];
  if (minimum !== undefined && maximum !== undefined) return [`${minimum} to ${maximum}${unit}`];
  if (minimum !== undefined) return [`at least ${minimum}${unit}`];
  return maximum === undefined ? [] : [`at most ${maximum}${unit}`];
}
