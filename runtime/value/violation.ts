/** Why a value was refused. Slow and thorough: a compiled check decides, this one walks the shape and explains. */
import {
  constantsOf,
  expected,
  fieldOf,
  hasConstants,
  hasType,
  mustBeOneOf,
  type Resolved,
  resolve,
} from "./expectation.js";
import { formatExamples, isFormat, matchesFormat } from "./format.js";
import type { ArrayShape, NumberShape, ObjectShape, Shape, StringShape, UnionShape, UnknownFields } from "./shape.js";
import { codePoints, field, isRecord, maximumDepth, own } from "./validate.js";
import { describe, didYouMean, either } from "./wording.js";

/** One thing that is wrong with a value. */
export interface Violation {
  /** JSON pointer (RFC 6901) of the value at fault; empty for the whole. */
  readonly pointer: string;
  /** A sentence without its subject: `must be a string, not 5`. */
  readonly message: string;
}

const maximumViolations = 20;

/**
 * All that is wrong with a value, the first twenty things at most. Empty when, and only when, the compiled check of the
 * same shape accepts the value; never empty for a value that nests deeper than anything that travels (`maximumDepth`)
 * where the shape looks that deep.
 */
export function violations(shape: Shape, value: unknown, fields: UnknownFields): Violation[] {
  const found: Violation[] = [];
  for (const violation of inspect(shape, value, { pointer: "", depth: 0, fields })) {
    found.push(violation);
    if (found.length === maximumViolations) break;
  }
  return found;
}

/** One more step of a JSON pointer, escaped. */
export function pointerTo(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Where the walk is. */
interface Place {
  readonly pointer: string;
  /** How many arrays and objects are around the value. */
  readonly depth: number;
  readonly fields: UnknownFields;
}

// The walk is a generator: whoever asks decides after how many violations it ends.
type Found = Generator<Violation, void, undefined>;

function within({ pointer, depth, fields }: Place, name: string | number): Place {
  return { pointer: pointerTo(pointer, name), depth: depth + 1, fields };
}

function at({ pointer }: Place, message: string): Violation {
  return { pointer, message };
}

function* inspect(shape: Shape, value: unknown, place: Place): Found {
  const resolved = resolve(shape);
  if (!hasType(resolved, value)) yield at(place, mismatch(resolved, value));
  else if (resolved.kind === "union") yield* inspectUnion(resolved, value, place);
  else if (resolved.kind === "number" && typeof value === "number") yield* inspectNumber(resolved, value, place);
  else if (resolved.kind === "string" && typeof value === "string") yield* inspectString(resolved, value, place);
  else if (resolved.kind === "array" && Array.isArray(value)) yield* inspectArray(resolved, value, place);
  else if (resolved.kind === "object" && isRecord(value)) yield* inspectObject(resolved, value, place);
}

function mismatch(shape: Resolved, value: unknown): string {
  if (shape.kind === "enum" && !shape.open) return mustBeOneOf(shape.values, value);
  return `must be ${expected(shape)}, not ${describe(value)}`;
}

function* inspectNumber(shape: NumberShape, value: number, place: Place): Found {
  const { integer, minimum = -Infinity, maximum = Infinity } = shape;
  const { exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = shape;
  if (!Number.isFinite(value)) yield at(place, `must be a finite number, not ${value}`);
  else if (integer && !Number.isInteger(value)) yield at(place, `must be a whole number, not ${value}`);
  else if (integer && !Number.isSafeInteger(value)) yield at(place, `must be within +/-(2^53 - 1), not ${value}`);
  if (value < minimum) yield at(place, `must be at least ${minimum}, not ${value}`);
  if (value > maximum) yield at(place, `must be at most ${maximum}, not ${value}`);
  if (value <= exclusiveMinimum) yield at(place, `must be more than ${exclusiveMinimum}, not ${value}`);
  if (value >= exclusiveMaximum) yield at(place, `must be less than ${exclusiveMaximum}, not ${value}`);
}

function* inspectString(shape: StringShape, value: string, place: Place): Found {
  const { minLength = 0, maxLength = Infinity, pattern, format } = shape;
  const length = codePoints(value);
  if (length < minLength) yield at(place, `must have at least ${count(minLength, "character")}, not ${length}`);
  if (length > maxLength) yield at(place, `must have at most ${count(maxLength, "character")}, not ${length}`);
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) {
    yield at(place, `must match ${pattern}, not ${describe(value)}`);
  }
  if (format !== undefined && !matchesFormat(format, value)) {
    const example = isFormat(format) ? ` such as ${formatExamples[format]}` : "";
    yield at(place, `must be a ${format}${example}, not ${describe(value)}`);
  }
}

function* inspectArray(shape: ArrayShape, value: readonly unknown[], place: Place): Found {
  const { minItems = 0, maxItems = Infinity } = shape;
  if (value.length < minItems) yield at(place, `must have at least ${count(minItems, "item")}, not ${value.length}`);
  if (value.length > maxItems) yield at(place, `must have at most ${count(maxItems, "item")}, not ${value.length}`);
  if (place.depth >= maximumDepth) return yield tooDeep(place);
  for (const [index, item] of value.entries()) yield* inspect(shape.items, item, within(place, index));
}

function* inspectObject(shape: ObjectShape, value: Record<string, unknown>, place: Place): Found {
  if (place.depth >= maximumDepth) return yield tooDeep(place);
  for (const property of shape.properties) {
    const inner = fieldOf(shape, value, property.name);
    if (inner !== undefined) yield* inspect(property.shape, inner, within(place, property.name));
    else if (property.required) yield at(within(place, property.name), "is missing");
  }
  yield* inspectRest(shape, value, place);
}

function* inspectRest(shape: ObjectShape, value: Record<string, unknown>, place: Place): Found {
  const { rest } = shape;
  if (rest.kind === "free" || (rest.kind === "unknown" && place.fields === "tolerate")) return;
  const listed = new Set(shape.properties.map((property) => property.name));
  for (const name of Object.keys(value)) {
    const inner = own(value, name);
    if (listed.has(name) || inner === undefined) continue;
    if (rest.kind === "values") yield* inspect(rest.shape, inner, within(place, name));
    else yield at(within(place, name), `is not a known field${didYouMean(name, unused(listed, value))}`);
  }
}

function unused(names: ReadonlySet<string>, value: Record<string, unknown>): string[] {
  return [...names].filter((name) => field(value, name) === undefined);
}

function* inspectUnion(shape: UnionShape, value: unknown, place: Place): Found {
  const { members, discriminator } = shape;
  const ofType = members.filter((member) => hasType(member, value));
  if (discriminator !== undefined && isRecord(value)) {
    const tag = field(value, discriminator);
    const chosen = ofType.find((member) => constantsOf(member, discriminator).some((constant) => constant === tag));
    if (chosen !== undefined) return yield* inspect(chosen, value, place);
    const message = tag === undefined ? "is missing" : mustBeOneOf(constantsOf(shape, discriminator), tag);
    return yield at(within(place, discriminator), message);
  }
  const ofForm = ofType.filter((member) => hasConstants(member, value));
  const candidates = ofForm.length === 0 ? ofType : ofForm;
  const [first, ...more] = candidates;
  if (first !== undefined && more.length === 0) yield* inspect(first, value, place);
  else if (!candidates.some((member) => accepts(member, value, place))) {
    yield at(place, `must be ${either(candidates.map(expected))}, and is none of them`);
  }
}

function accepts(shape: Shape, value: unknown, place: Place): boolean {
  return inspect(shape, value, place).next().done === true;
}

function tooDeep(place: Place): Violation {
  return at(place, `is nested deeper than ${maximumDepth} levels`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
