/** The way through a shape. */
import type { Shape } from "../runtime/shape.js";

/** The shapes directly inside a shape. References are not followed. */
export function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case "array":
      return [shape.items];
    case "union":
      return shape.members;
    case "object": {
      const ofRest = shape.rest.kind === "values" ? [shape.rest.shape] : [];
      return [...shape.properties.map((property) => property.shape), ...ofRest];
    }
    default:
      return [];
  }
}

/** The names of the types that a shape refers to itself, not through other types. */
export function referencesOf(shape: Shape): ReadonlySet<string> {
  if (shape.kind === "reference") return new Set([shape.name]);
  return new Set(partsOf(shape).flatMap((part) => [...referencesOf(part)]));
}
