/** Plain data as TypeScript literals. */
import type { Json } from "../../runtime/value/shape.js";
import { type Code, list, record } from "./code.js";

/** JSON, in which a field may be `undefined` to say that it is left out. */
export type Data = null | boolean | number | string | readonly Data[] | { readonly [key: string]: Data | undefined };

/** The expression that stands for a value. */
export function literal(value: Json | Data): Code {
  if (Array.isArray(value)) return list(value.map(literal));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return record(
    Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, literal(field)]])),
  );
}
