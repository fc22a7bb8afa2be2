/** The smallest value that a shape accepts: what samples, test vectors and test beds are made of. */
import { ProtocolError } from "../error.js";
import { formatExamples, isFormat } from "./format.js";
import { textMatching } from "./pattern-text.js";
import type { ArrayShape, Json, NumberShape, ObjectShape, Shape, StringShape } from "./shape.js";

/** Names of the types that are being made: a value that needs itself is not made. */
type Open = ReadonlySet<string>;

const none: Open = new Set();

/**
 * The shape's own example, or else the smallest value made from its constraints.
 *
 * @throws ProtocolError `invalid_argument` when there is none: the type holds itself without end, or only an example can tell
 * what its pattern wants
 */
export function sampleValue(shape: Shape): Json {
  const value = smallest(shape, none);
  if (value !== undefined) return value;
  const name = shape.kind === "reference" ? shape.name : `a value of kind "${shape.kind}"`;
  throw new ProtocolError("invalid_argument", `no value can be made for ${name}: give an example`);
}

/**
 * As `sampleValue`, with all optional fields that can be made.
 *
 * @param shape an object; of anything else it is what `sampleValue` returns
 */
export function fullSampleValue(shape: Shape): Json {
  if (shape.kind === "reference") return fullSampleValue(shape.target());
  if (shape.kind !== "object") return sampleValue(shape);
  const fields = shape.properties.flatMap((property): [string, Json][] => {
    const value = smallest(property.shape, none);
    return value === undefined ? [] : [[property.name, value]];
  });
  return Object.fromEntries(fields);
}

function smallest(shape: Shape, open: Open): Json | undefined {
  if (shape.examples?.[0] !== undefined) return shape.examples[0];
  switch (shape.kind) {
    case "any":
    case "null":
      return null;
    case "boolean":
      return false;
    case "number":
      return smallestNumber(shape);
    case "string":
      return smallestText(shape);
    case "literal":
      return shape.value;
    case "enum":
      return shape.values[0];
    case "array":
      return smallestArray(shape, open);
    case "object":
      return smallestObject(shape, open);
    case "union":
      return first(shape.members, (member) => smallest(member, open));
    case "reference":
      return open.has(shape.name) ? undefined : smallest(shape.target(), new Set([...open, shape.name]));
  }
}

/** Zero when it is allowed, or else the bound nearest to it. */
function smallestNumber(shape: NumberShape): number {
  const lowest = Math.max(shape.minimum ?? Number.NEGATIVE_INFINITY, above(shape));
  const highest = Math.min(shape.maximum ?? Number.POSITIVE_INFINITY, below(shape));
  const nearest = Math.min(Math.max(0, lowest), highest);
  return shape.integer ? Math[nearest < 0 ? "floor" : "ceil"](nearest) : nearest;
}

function above({ exclusiveMinimum, integer, maximum, exclusiveMaximum }: NumberShape): number {
  if (exclusiveMinimum === undefined) return Number.NEGATIVE_INFINITY;
  if (integer) return Math.floor(exclusiveMinimum) + 1;
  const room = Math.min(maximum ?? Number.POSITIVE_INFINITY, exclusiveMaximum ?? Number.POSITIVE_INFINITY);
  return exclusiveMinimum + Math.min(1, (room - exclusiveMinimum) / 2);
}

function below({ exclusiveMaximum, integer, minimum, exclusiveMinimum }: NumberShape): number {
  if (exclusiveMaximum === undefined) return Number.POSITIVE_INFINITY;
  if (integer) return Math.ceil(exclusiveMaximum) - 1;
  const room = Math.max(minimum ?? Number.NEGATIVE_INFINITY, exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
  return exclusiveMaximum - Math.min(1, (exclusiveMaximum - room) / 2);
}

function smallestText({ format, pattern, minLength = 0 }: StringShape): string | undefined {
  if (pattern !== undefined) return textMatching(pattern, minLength);
  if (format !== undefined && isFormat(format)) return formatExamples[format];
  return "a".repeat(minLength);
}

function smallestArray({ items, minItems = 0 }: ArrayShape, open: Open): Json | undefined {
  if (minItems === 0) return [];
  const item = smallest(items, open);
  return item === undefined ? undefined : Array.from({ length: minItems }, () => item);
}

function smallestObject({ properties }: ObjectShape, open: Open): Json | undefined {
  const fields: [string, Json][] = [];
  for (const { name, required, shape } of properties) {
    if (!required) continue;
    const value = smallest(shape, open);
    if (value === undefined) return undefined;
    fields.push([name, value]);
  }
  return Object.fromEntries(fields);
}

function first<T, U>(items: readonly T[], make: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const made = make(item);
    if (made !== undefined) return made;
  }
  return undefined;
}
