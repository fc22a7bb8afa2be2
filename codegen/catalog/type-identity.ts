/** What a type is, all that it leads to included, as one short text: what is made of a type alone depends on no more. */
import type { Shape } from "../../runtime/value/shape.js";
import { digestOf } from "../memory.js";
import type { NamedType } from "../model.js";
import { typesWithin } from "./shape-parts.js";

const identities = new WeakMap<NamedType, string>();
const digests = new WeakMap<Shape, string>();

/** The same text for types of which the same is said, in schema and documentation, and no other. */
export function typeIdentity(type: NamedType): string {
  const known = identities.get(type);
  if (known !== undefined) return known;
  const within = [...typesWithin(type.shape)].map(([name, shape]) => `${name} ${digestOfShape(shape)}`).sort();
  const identity = digestOf([type.name, type.origin.file, type.origin.pointer, digestOfShape(type.shape), ...within]);
  identities.set(type, identity);
  return identity;
}

/** References count by their names. */
function digestOfShape(shape: Shape): string {
  const known = digests.get(shape);
  if (known !== undefined) return known;
  const digest = digestOf([JSON.stringify(shape)]);
  digests.set(shape, digest);
  return digest;
}
