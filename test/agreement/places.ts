/** Where the scalars of a value stand, as its shape has it: what a text there is wrong for, or nearly. */
import { hasType, type Resolved, resolve } from "../../runtime/value/expectation.js";
import type { Shape } from "../../runtime/value/shape.js";
import type { JsonTree, ObjectTree } from "./json-tree.js";

/** A scalar of a value. */
export interface Place {
  readonly shape: Resolved;
  /** Whether the value would do without it. */
  readonly optional: boolean;
  readonly text: string;
}

/** The scalars of a value for which its shape, or one member of a union of objects, has a place. */
export function placesIn(shape: Shape, tree: JsonTree, optional = false): readonly Place[] {
  const resolved = resolve(shape);
  if (resolved.kind === "union") return resolved.members.flatMap((member) => placesIn(member, tree, optional));
  if (tree.kind === "scalar") return [{ shape: resolved, optional, text: tree.text }];
  if (tree.kind === "array" && resolved.kind === "array") {
    return tree.items.flatMap((item) => placesIn(resolved.items, item));
  }
  if (tree.kind !== "object" || resolved.kind !== "object") return [];
  return resolved.properties.flatMap(({ name, required, shape: inner }) =>
    tree.fields
      .filter((field) => JSON.parse(field.name) === name)
      .flatMap((field) => placesIn(inner, field.value, !required)),
  );
}

/** Whether null is something else than absent at a place that may be left empty. */
export function isNullForOptional({ shape, optional, text }: Place): boolean {
  return optional && text === "null" && !hasType(shape, null);
}

/** All objects in a value. */
export function objectsIn(tree: JsonTree): readonly ObjectTree[] {
  if (tree.kind === "scalar") return [];
  const inside = tree.kind === "array" ? tree.items : tree.fields.map(({ value }) => value);
  return [...(tree.kind === "object" ? [tree] : []), ...inside.flatMap(objectsIn)];
}
