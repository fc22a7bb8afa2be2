/** Conditions on single values: what they are equal to, and what they are between. */
import type { NumberShape } from "../../runtime/value/shape.js";
import { type Condition, one } from "./condition.js";

/** The value is this one. */
export function equals(text: string, value: string | number | boolean): Condition {
  return one(`${text} === ${JSON.stringify(value)}`);
}

/** The number is within its limits. */
export function withinLimits(text: string, shape: NumberShape): readonly Condition[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = shape;
  const limits = { ">=": minimum, "<=": maximum, ">": exclusiveMinimum, "<": exclusiveMaximum };
  const comparisons = Object.entries(limits).filter(([, limit]) => limit !== undefined);
  return comparisons.map(([operator, limit]) => one(`${text} ${operator} ${limit}`));
}

/** Whether every object inherits something under that name. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}
