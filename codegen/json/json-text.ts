/** JSON for people: what fits on a line stays on one. */
import type { Json } from "../../runtime/value/shape.js";

const width = 100;

/** The text of a value, laid out for lines of 100 columns. */
export function jsonText(value: Json, indentation = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const line = oneLine(value, width - indentation.length);
  if (line !== undefined) return line;
  const deeper = `${indentation}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Object.entries(value).map(
    ([key, part]: [string, Json]) => `${deeper}${labelOf(key, value)}${jsonText(part, deeper)}`,
  );
  return `${open}\n${parts.join(",\n")}\n${indentation}${close}`;
}

/** A value on one line, given up as soon as it is seen not to fit: so that what is nested is not written once for each level. */
function oneLine(value: Json, room: number): string | undefined {
  if (typeof value !== "object" || value === null) return fitting(JSON.stringify(value), room);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{ ", " }"];
  let line = "";
  for (const key in value) {
    line += `${line === "" ? open : ", "}${labelOf(key, value)}`;
    const text = oneLine((value as Readonly<Record<string, Json>>)[key] ?? null, room - line.length);
    if (text === undefined) return undefined;
    line += text;
  }
  return fitting(line === "" ? open.trim() + close.trim() : line + close, room);
}

/** What stands before an item of an array, or before a field of an object. */
function labelOf(key: string, whole: object): string {
  return Array.isArray(whole) ? "" : `${JSON.stringify(key)}: `;
}

function fitting(text: string, room: number): string | undefined {
  return text.length <= room ? text : undefined;
}
