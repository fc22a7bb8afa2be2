/** Values of which a test says only what matters. */
import { sampleValue } from "../value/sample-value.js";
import type { Shape } from "../value/shape.js";
import { isRecord, own } from "../value/validate.js";
import { violations } from "../value/violation.js";

/** A value with anything left out. */
export type Incomplete<T> = T extends readonly (infer Item)[]
  ? readonly Incomplete<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]?: Incomplete<T[Name]> }
    : T;

/**
 * A value with what is missing filled in, as small as the shape allows. What is given stays, also where it is wrong: a test
 * may want that.
 *
 * @throws ProtocolError `invalid_argument` when nothing can be made for what is missing
 */
export function complete(shape: Shape, given: unknown): unknown {
  if (given === undefined) return sampleValue(shape);
  switch (shape.kind) {
    case "reference":
      return complete(shape.target(), given);
    case "array":
      return Array.isArray(given) ? given.map((item) => complete(shape.items, item)) : given;
    case "object":
      return isRecord(given) ? completeObject(shape, given) : given;
    case "union":
      return completeUnion(shape.members, given);
    default:
      return given;
  }
}

function completeObject(shape: Extract<Shape, { kind: "object" }>, given: Record<string, unknown>): unknown {
  const value = { ...given };
  for (const { name, required, shape: inner } of shape.properties) {
    const field = own(given, name);
    if (field !== undefined || required) value[name] = complete(inner, field);
  }
  return value;
}

/** The first member that what is given can be completed to. */
function completeUnion(members: readonly Shape[], given: unknown): unknown {
  for (const member of members) {
    const value = complete(member, given);
    if (violations(member, value, "refuse").length === 0) return value;
  }
  return given;
}
