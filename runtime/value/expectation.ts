/** What a shape expects of a value before its inside is looked at: the JSON type, or the constant. */
import type { EnumShape, LiteralShape, ObjectShape, Shape } from "./shape.js";
import { field, isRecord, written } from "./validate.js";
import { describe, didYouMean, either } from "./wording.js";

/** A shape that is not a reference. */
export type Resolved = Exclude<Shape, { kind: "reference" }>;

/** What a constant may be. */
export type Constant = LiteralShape["value"];

const longestList = 12;

// With fewer fields, a check that looks for each of them is as fast.
const fewestOfSparse = 4;

/** The shape behind a reference, however many references lead to it. */
export function resolve(shape: Shape): Resolved {
  let resolved = shape;
  while (resolved.kind === "reference") resolved = resolved.target();
  return resolved;
}

/** Whether the value's JSON type is one that the shape accepts; for constants, whether it is the constant. */
export function hasType(shape: Shape, value: unknown): boolean {
  const resolved = resolve(shape);
  switch (resolved.kind) {
    case "any":
      return true;
    case "null":
      return value === null;
    case "boolean":
    case "number":
    case "string":
      return typeof value === resolved.kind;
    case "literal":
      return value === resolved.value;
    case "enum":
      return isListed(resolved, value) || (resolved.open && typeof value === "string");
    case "array":
      return Array.isArray(value);
    case "object":
      return isRecord(value);
    case "union":
      return resolved.members.some((member) => hasType(member, value));
  }
}

function isListed(shape: EnumShape, value: unknown): boolean {
  return shape.values.some((listed) => listed === value);
}

/** Whether the fields that a shape fixes have the values it fixes them to. True for whatever is not an object. */
export function hasConstants(shape: Shape, value: unknown): boolean {
  const resolved = resolve(shape);
  if (resolved.kind === "union") return resolved.members.some((member) => hasConstants(member, value));
  if (resolved.kind !== "object" || !isRecord(value)) return true;
  return resolved.properties.every((property) => {
    if (constants(property.shape).length === 0) return true;
    const inner = fieldOf(resolved, value, property.name);
    return inner === undefined ? !property.required : hasType(property.shape, inner);
  });
}

/** Whether most fields of such an object are absent: none is required, and there are several. */
export function isSparse({ properties }: ObjectShape): boolean {
  return properties.length >= fewestOfSparse && properties.every(({ required }) => !required);
}

/** The value of a field, as the compiled check of the shape reads it. */
export function fieldOf(shape: ObjectShape, record: Record<string, unknown>, name: string): unknown {
  return isSparse(shape) ? written(record, name) : field(record, name);
}

/** The values that a shape fixes a field of its own to; none when the field may be anything else. */
export function constantsOf(shape: Shape, name: string): readonly Constant[] {
  const resolved = resolve(shape);
  if (resolved.kind === "union") return resolved.members.flatMap((member) => constantsOf(member, name));
  if (resolved.kind !== "object") return [];
  return resolved.properties.flatMap((property) => (property.name === name ? constants(property.shape) : []));
}

function constants(shape: Shape): readonly Constant[] {
  const resolved = resolve(shape);
  if (resolved.kind === "literal") return [resolved.value];
  return resolved.kind === "enum" && !resolved.open ? resolved.values : [];
}

/** What a value must be, as words after "must be": `a string`, `"on" or "off"`, the name of a type. */
export function expected(shape: Shape): string {
  switch (shape.kind) {
    case "any":
      return "anything";
    case "null":
      return "null";
    case "boolean":
      return "true or false";
    case "number":
      return shape.integer ? "a whole number" : "a number";
    case "string":
      return "a string";
    case "literal":
      return describe(shape.value);
    case "enum":
      return shape.open ? "a string" : oneOf(shape.values);
    case "array":
      return "an array";
    case "object":
      return "an object";
    case "reference":
      return shape.name;
    case "union":
      return either([...new Set(shape.members.map(expected))]);
  }
}

/** `must be "on" or "off", not "of"; did you mean "off"?` */
export function mustBeOneOf(values: readonly Constant[], value: unknown): string {
  const names = values.filter((known) => typeof known === "string");
  const suggestion = typeof value === "string" ? didYouMean(value, names) : "";
  return `must be ${oneOf(values)}, not ${describe(value)}${suggestion}`;
}

function oneOf(values: readonly Constant[]): string {
  const unique = [...new Set(values)];
  return unique.length > longestList ? `one of ${unique.length} values` : either(unique.map(describe));
}
