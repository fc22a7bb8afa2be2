/** JSON Schemas, changed for a purpose. */
import { isRecord } from "../../runtime/value/validate.js";

/** The schema for a writer: an object has no other fields than those listed, unless the schema says something of them. */
export function strictly(schema: object): object {
  const inside = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, isData(keyword) ? value : strictlyInside(value)]),
  );
  const isOpen = "properties" in inside && !("additionalProperties" in inside) && inside["type"] === "object";
  return isOpen ? { ...inside, additionalProperties: false } : inside;
}

function strictlyInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strictlyInside);
  return isRecord(value) ? strictly(value) : value;
}

/** What holds values, not schemas. */
function isData(keyword: string): boolean {
  return ["const", "default", "enum", "examples", "required"].includes(keyword);
}
