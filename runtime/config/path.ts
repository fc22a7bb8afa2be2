/** Ways to a value inside others. */
import { isRecord, own } from "../value/validate.js";

/** The steps of a JSON pointer, unescaped. */
export function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value there, or `undefined`. */
export function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce((outer, step) => (isRecord(outer) ? own(outer, step) : undefined), value);
}

/** Puts a value there, and makes the objects on the way. What is there already, and is no object, stays. */
export function putAt(record: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  const [step, ...more] = steps;
  if (step === undefined) return;
  const present = own(record, step);
  if (more.length === 0) {
    record[step] = value;
  } else if (isRecord(present)) {
    putAt(present, more, value);
  } else if (present === undefined) {
    const made = {};
    record[step] = made;
    putAt(made, more, value);
  }
}
