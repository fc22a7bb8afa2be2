/** Texts of a command line as values: what a shape takes decides how its text is read. */
import { resolve } from "../../runtime/value/expectation.js";
import type { ArrayShape, Json, Shape } from "../../runtime/value/shape.js";
import { violations } from "../../runtime/value/violation.js";

/**
 * The value that texts stand for: what the shape accepts, when it accepts any reading of them; else the likeliest reading, for
 * its violations to tell what is wrong. A list is given item by item, or as one JSON array.
 *
 * @returns undefined for several texts where there can be only one
 */
export function valueOfTexts(texts: readonly string[], shape: Shape): Json | undefined {
  const [text, ...others] = texts;
  if (text === undefined) return undefined;
  const list = listIn(shape);
  if (list === undefined) return others.length === 0 ? valueOfText(text, shape) : undefined;
  const whole = others.length === 0 ? jsonOf(text) : undefined;
  return Array.isArray(whole) ? whole : texts.map((item) => valueOfText(item, list.items));
}

/** The values that a shape lists, as texts; empty when there are too many to list. */
export function choicesOf(shape: Shape): readonly string[] {
  const resolved = resolve(shape);
  switch (resolved.kind) {
    case "boolean":
      return ["true", "false"];
    case "null":
      return ["null"];
    case "literal":
      return [String(resolved.value)];
    case "enum":
      return resolved.values.map(String);
    case "union":
      return resolved.members.flatMap(choicesOf);
    case "array":
      return choicesOf(resolved.items);
    default:
      return [];
  }
}

function valueOfText(text: string, shape: Shape): Json {
  const json = jsonOf(text);
  if (json === undefined) return text;
  // A number that is spelt in another way than JSON does may be a name, such as 007.
  const readings = typeof json === "number" && String(json) !== text ? [text, json] : [json, text];
  return readings.find((reading) => violations(shape, reading, "refuse").length === 0) ?? (json as Json);
}

/** What a text is as JSON; undefined when it is none, or a text in quotes, which a text is without them. */
function jsonOf(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return typeof value === "string" ? undefined : value;
  } catch {
    return undefined;
  }
}

function listIn(shape: Shape): ArrayShape | undefined {
  const resolved = resolve(shape);
  if (resolved.kind === "array") return resolved;
  return resolved.kind === "union" ? resolved.members.map(listIn).find((list) => list !== undefined) : undefined;
}
