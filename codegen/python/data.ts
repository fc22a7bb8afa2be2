/** JSON values as expressions of Python. */
import type { Json } from "../../runtime/value/shape.js";
import { dictionary, type Expression, list, literal, none } from "./expression.js";

/** The expression that makes a JSON value. */
export function dataOf(value: Json): Expression {
  if (value === null) return none;
  if (Array.isArray(value)) return list(value.map(dataOf));
  if (typeof value === "object") return dictionary(mapValues(value as Readonly<Record<string, Json>>, dataOf));
  return literal(value as string | number | boolean);
}

/** The expression that makes a JSON value; undefined when there is nothing in it to say. */
export function filledDataOf(value: Json | undefined): Expression | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" && Object.keys(value).length === 0 ? undefined : dataOf(value);
}

/** A record with other values. */
export function mapValues<T, U>(record: Readonly<Record<string, T>>, convert: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value)]));
}
