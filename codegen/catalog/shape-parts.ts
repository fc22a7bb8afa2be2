/** The way to a shape, and through it. */
import type { Shape } from "../../runtime/value/shape.js";
import type { Catalog } from "../model.js";

/** The shape of a type. */
export function shapeOf({ types }: Catalog, name: string): Shape {
  const type = types.find((candidate) => candidate.name === name);
  if (type === undefined) throw new Error(`the catalog holds no type ${name}`);
  return type.shape;
}

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

/** The types that a shape leads to, through other types too, by name. */
export function typesWithin(shape: Shape): ReadonlyMap<string, Shape> {
  const found = new Map<string, Shape>();
  const visit = (inside: Shape): void => {
    if (inside.kind !== "reference") {
      for (const part of partsOf(inside)) visit(part);
    } else if (!found.has(inside.name)) {
      found.set(inside.name, inside.target());
      visit(inside.target());
    }
  };
  visit(shape);
  return found;
}
