/** The primitives that generated checks are made of. Each decides one thing about one value, and none allocates. */
import type { UnknownFields } from "./shape.js";

/** A check whose outcome alone counts. Every `Check` is one. */
export type Test = (value: unknown, fields: UnknownFields) => boolean;

/**
 * How deep arrays and objects may nest, the outermost being the first level. Bytes that nest deeper are not decoded and
 * values that nest deeper are not encoded, so whatever walks a value may recurse.
 */
export const maximumDepth = 100;

/** Whether a value is what JSON calls an object: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value of a field that the record has itself, or `undefined`. For names that every object inherits something under,
 * such as `constructor` and `__proto__`; any other name may be read directly.
 */
export function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The value of a field under any name: what a check that was not compiled for the name reads. */
export function field(record: Record<string, unknown>, name: string): unknown {
  return name in Object.prototype ? own(record, name) : record[name];
}

/** The value of a field that is written when the record is: its own, and enumerable. What a check of sparse objects reads. */
export function written(record: Record<string, unknown>, name: string): unknown {
  return Object.prototype.propertyIsEnumerable.call(record, name) ? record[name] : undefined;
}

/** Whether every field is one of `names`. A field whose value is `undefined` is absent. */
export function hasOnly(record: Record<string, unknown>, names: readonly string[]): boolean {
  return everyOther(record, names, never, "refuse");
}

/**
 * Whether the value of every field that is not one of `names` passes the check: what the map of an object with listed fields
 * holds. Senders write fields in one order, mostly that of the schema, so the listed ones are found by one comparison each.
 * It has four parameters, which the rule on them allows this file: an object of them would be made anew for each value.
 */
export function everyOther(
  record: Record<string, unknown>,
  names: readonly string[],
  check: Test,
  fields: UnknownFields,
): boolean {
  let next = 0;
  for (const name in record) {
    if (name === names[next]) next++;
    else {
      const at = names.indexOf(name);
      if (at === -1 && !passes(record[name], check, fields) && Object.hasOwn(record, name)) return false;
      if (at !== -1) next = at + 1;
    }
  }
  return true;
}

/** Whether every item of an array passes the check. */
export function every(items: readonly unknown[], check: Test, fields: UnknownFields): boolean {
  // A hole of a sparse array is an item too, which `Array.prototype.every` would skip.
  for (let index = 0; index < items.length; index++) {
    if (!check(items[index], fields)) return false;
  }
  return true;
}

/** Whether every item of an array is a text. */
export function everyText(items: readonly unknown[]): boolean {
  for (let index = 0; index < items.length; index++) {
    if (typeof items[index] !== "string") return false;
  }
  return true;
}

/** Whether the value of every field passes the check. A field whose value is `undefined` is absent. */
export function everyOwn(record: Record<string, unknown>, check: Test, fields: UnknownFields): boolean {
  for (const name in record) {
    if (!passes(record[name], check, fields) && Object.hasOwn(record, name)) return false;
  }
  return true;
}

/** A check of a field by its name, whatever the name. */
export type FieldTest = (name: string, value: unknown, fields: UnknownFields) => boolean;

/**
 * Whether every field passes the check of its name. For sparse objects: looking at the few fields that are there takes half
 * the time of looking for all that may be.
 */
export function everyField(record: Record<string, unknown>, test: FieldTest, fields: UnknownFields): boolean {
  for (const name in record) {
    const value = record[name];
    if (value !== undefined && !test(name, value, fields) && Object.hasOwn(record, name)) return false;
  }
  return true;
}

// What is inherited counts for nothing. Asking for that costs more than most checks, so it is asked when one has failed.
function passes(value: unknown, check: Test, fields: UnknownFields): boolean {
  return value === undefined || check(value, fields);
}

function never(): boolean {
  return false;
}

/** Whether a value is a whole number that every language holds exactly: within +/-(2^53 - 1). */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Whether a value is a number that JSON can carry. */
export function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

/** Whether a text has at least `minimum` and at most `maximum` code points; `Infinity` for no upper limit. */
export function lengthWithin(text: string, minimum: number, maximum: number): boolean {
  // A code point takes one or two code units, so most texts need not be counted.
  const units = text.length;
  if (units < minimum || units > 2 * maximum) return false;
  if (units >= 2 * minimum && units <= maximum) return true;
  const length = codePoints(text);
  return length >= minimum && length <= maximum;
}

/** The length of a text in code points. */
export function codePoints(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
