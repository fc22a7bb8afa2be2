/** Values that are nearly a recorded one: something in it dropped, added, or of another type. */

import { isRecord } from "../../runtime/value/validate.js";
import { pointerTo } from "../../runtime/value/violation.js";

/** What may be done to a value, or to something inside it. */
export const mutationKinds = [
  "a field dropped",
  "an unknown field added",
  "null instead",
  "another type",
  "a number as text",
] as const;

/** A value that was changed in one place. */
export interface Mutation {
  readonly kind: (typeof mutationKinds)[number];
  /** Where. */
  readonly pointer: string;
  readonly value: unknown;
}

/** Every value that differs from this one in one place, at any depth. */
export function* mutationsOf(value: unknown): Generator<Mutation> {
  yield* mutationsAt(value, "", (changed) => changed);
}

/** A change of a part, as a change of the whole. */
type Put = (changed: unknown) => unknown;

function* mutationsAt(value: unknown, pointer: string, put: Put): Generator<Mutation> {
  if (value !== null) yield { kind: "null instead", pointer, value: put(null) };
  yield { kind: "another type", pointer, value: put(ofAnotherType(value)) };
  if (typeof value === "number") yield { kind: "a number as text", pointer, value: put(String(value)) };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* mutationsAt(item, pointerTo(pointer, index), (changed) => put(value.with(index, changed)));
    }
  } else if (isRecord(value)) yield* mutationsOfFields(value, pointer, put);
}

function* mutationsOfFields(record: Readonly<Record<string, unknown>>, pointer: string, put: Put): Generator<Mutation> {
  yield { kind: "an unknown field added", pointer, value: put({ ...record, "never seen": 1 }) };
  for (const [name, field] of Object.entries(record)) {
    const { [name]: _dropped, ...rest } = record;
    yield { kind: "a field dropped", pointer: pointerTo(pointer, name), value: put(rest) };
    yield* mutationsAt(field, pointerTo(pointer, name), (changed) => put({ ...record, [name]: changed }));
  }
}

function ofAnotherType(value: unknown): unknown {
  if (Array.isArray(value)) return { items: value };
  if (isRecord(value)) return [value];
  switch (typeof value) {
    case "string":
      return value.length;
    case "number":
      return value > 0;
    case "boolean":
      return value ? "true" : "";
    default:
      return {};
  }
}
