/** Settings that were given as text: by a variable of the environment. */
import { hasType } from "../value/expectation.js";
import type { Shape } from "../value/shape.js";
import { stepsOf } from "./path.js";

/**
 * What a text says, for a setting of this shape: the text itself, where that may be one; the items of a list of texts, with
 * commas between them; otherwise what it says as JSON. A text that says nothing of the kind is left as it is, to be refused.
 */
export function readText(text: string, shape: Shape): unknown {
  if (hasType(shape, text)) return text;
  const items = itemsOf(shape);
  if (items !== undefined && hasType(items, text) && !text.trimStart().startsWith("[")) {
    return text.split(",").map((item) => item.trim());
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The shape of a setting, if the shape of the configuration has it. */
export function shapeAt(shape: Shape, pointer: string): Shape | undefined {
  return stepsOf(pointer).reduce<Shape | undefined>((outer, step) => outer && innerOf(outer, step), shape);
}

function innerOf(shape: Shape, step: string): Shape | undefined {
  switch (shape.kind) {
    case "reference":
      return innerOf(shape.target(), step);
    case "union":
      return firstOf(shape.members, (member) => innerOf(member, step));
    case "array":
      return shape.items;
    case "object": {
      const property = shape.properties.find(({ name }) => name === step);
      return property?.shape ?? (shape.rest.kind === "values" ? shape.rest.shape : undefined);
    }
    default:
      return undefined;
  }
}

function itemsOf(shape: Shape): Shape | undefined {
  if (shape.kind === "reference") return itemsOf(shape.target());
  if (shape.kind === "union") return firstOf(shape.members, itemsOf);
  return shape.kind === "array" ? shape.items : undefined;
}

function firstOf(shapes: readonly Shape[], find: (shape: Shape) => Shape | undefined): Shape | undefined {
  for (const shape of shapes) {
    const found = find(shape);
    if (found !== undefined) return found;
  }
  return undefined;
}
