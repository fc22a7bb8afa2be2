/**
 * What pure steps gave, by what they were given: a step that an earlier run took already is not taken again. So after a change
 * of one schema only what the change concerns is made anew. A result depends on its input alone, so this cannot change one.
 */
import { createHash } from "node:crypto";

import type { Json } from "../runtime/value/shape.js";

/** Results by step and input. */
export type Results = Readonly<Record<string, unknown>>;

interface Memory {
  readonly before: Results;
  /** What this run asked for: the rest is forgotten with it. */
  readonly used: Map<string, unknown>;
}

let memory: Memory | undefined;

/** Begin a run. Without this, every step is taken. */
export function beginRun(before: Results): void {
  memory = { before, used: new Map() };
}

/** End the run: what the next one may begin with, or nothing when that is what this one began with. */
export function endRun(): Results | undefined {
  const { before, used } = memory ?? { before: {}, used: new Map<string, unknown>() };
  memory = undefined;
  const isSame =
    used.size === Object.keys(before).length && [...used.keys()].every((key) => Object.hasOwn(before, key));
  return isSame ? undefined : Object.fromEntries(used);
}

/**
 * The result of a step: as it was before, or made now.
 *
 * @param step a name that no other step has
 * @param input everything that the result depends on, besides the generator itself
 * @param make takes the step; what it gives must be the same after JSON
 */
export function remembered<Result>(step: string, input: Json, make: () => Result): Result {
  return recall<Result>(step, input) ?? keep(step, input, make());
}

/** The result of a step as it was before; for steps that are taken for many inputs at once. */
export function recall<Result>(step: string, input: Json): Result | undefined {
  if (memory === undefined) return undefined;
  const key = keyOf(step, input);
  const result = memory.used.get(key) ?? memory.before[key];
  if (result !== undefined) memory.used.set(key, result);
  return result as Result | undefined;
}

/** Leave the result of a step for the next run. */
export function keep<Result>(step: string, input: Json, result: Result): Result {
  memory?.used.set(keyOf(step, input), result);
  return result;
}

/** A short text that stands for some texts, and no others. */
export function digestOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length} ${text}`);
  return hash.digest("base64url").slice(0, 22);
}

function keyOf(step: string, input: Json): string {
  return digestOf([`${step} ${JSON.stringify(input)}`]);
}
