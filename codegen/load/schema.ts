/** A schema of the portable subset, in the form that `portable.schema.json` lets through, and the way through it. */
import type { Json } from "../../runtime/value/shape.js";
import { join } from "../json/pointer.js";

/** The types that `type` may name. */
export type JsonType = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";

/** One schema object. What each keyword means is said in `portable.schema.json`. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | number)[];
  readonly "x-known-values"?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string };
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly "x-deprecated"?: string;
  readonly "x-free"?: true;
}

/** A schema and where it stands in its file. */
export interface SchemaPlace {
  readonly schema: Schema;
  readonly pointer: string;
}

/** The types a schema names, as a list; empty when it names none. */
export function typesOf(schema: Schema): readonly JsonType[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === "string" ? [schema.type] : schema.type;
}

/** The schemas directly inside a schema, in the order of the text. */
export function children({ schema, pointer }: SchemaPlace): readonly SchemaPlace[] {
  const places: SchemaPlace[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    places.push({ schema: property, pointer: join(pointer, "properties", name) });
  }
  if (typeof schema.additionalProperties === "object") {
    places.push({ schema: schema.additionalProperties, pointer: join(pointer, "additionalProperties") });
  }
  if (schema.items) places.push({ schema: schema.items, pointer: join(pointer, "items") });
  for (const keyword of ["oneOf", "anyOf", "allOf"] as const) {
    for (const [index, member] of (schema[keyword] ?? []).entries()) {
      places.push({ schema: member, pointer: join(pointer, keyword, index) });
    }
  }
  return places;
}

/** A schema and every schema inside it, outermost first. References are not followed. */
export function* walk(place: SchemaPlace): Generator<SchemaPlace> {
  yield place;
  for (const child of children(place)) yield* walk(child);
}
