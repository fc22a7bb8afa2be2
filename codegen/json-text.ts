/** JSON for people: what fits on a line stays on one. */
import type { Json } from "../runtime/shape.js";

const width = 100;

/** The text of a value, laid out for lines of 100 columns. */
export function jsonText(value: Json, indentation = ""): string {
  const line = oneLine(value);
  if (indentation.length + line.length <= width || typeof value !== "object" || value === null) return line;
  const deeper = `${indentation}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Array.isArray(value)
    ? value.map((item) => jsonText(item, deeper))
    : Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${jsonText(field, deeper)}`);
  return `${open}\n${parts.map((part) => deeper + part).join(",\n")}\n${indentation}${close}`;
}

function oneLine(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${oneLine(field)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
