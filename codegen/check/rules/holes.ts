/** The holes of a template, and the places where objects are spread. */
import type { Template } from "../../../runtime/protocol/message.js";
import { join } from "../../json/pointer.js";

/** A hole somewhere in a template. */
export interface Hole {
  readonly name: string;
  /** Inside the template. */
  readonly pointer: string;
  /** For a hole that is spread: the other keys of the object, without their `?`. */
  readonly beside?: readonly string[];
}

/** The holes of a template, in the order of the text. */
export function* holes(template: Template, pointer = ""): Generator<Hole> {
  if (typeof template === "string") {
    const name = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/u.exec(template)?.[1];
    if (name !== undefined) yield { name, pointer };
  } else if (isList(template)) {
    for (const [index, item] of template.entries()) yield* holes(item, join(pointer, index));
  } else if (typeof template === "object" && template !== null) {
    const keys = Object.keys(template).filter((key) => key !== "...");
    const beside = keys.map((key) => key.replace(/\?$/u, ""));
    for (const [key, value] of Object.entries(template)) {
      for (const hole of holes(value, join(pointer, key))) yield key === "..." ? { ...hole, beside } : hole;
    }
  }
}

/** The names of the holes of a template. */
export function holeNames(template: Template): readonly string[] {
  return [...holes(template)].map(({ name }) => name);
}

function isList(template: Template): template is readonly Template[] {
  return Array.isArray(template);
}
