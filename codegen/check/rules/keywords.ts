/** Rules on which keywords go together. */
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { type JsonType, type Schema, typesOf } from "../../load/schema.js";
import type { Rule } from "./rule.js";

type Keyword = keyof Schema;

const notes: readonly Keyword[] = ["description", "default", "examples", "x-deprecated"];

/** What may stand beside the keyword that makes a schema what it is, besides notes. */
const companions: readonly (readonly [Keyword, readonly Keyword[]])[] = [
  ["$ref", []],
  ["allOf", ["type", "properties", "required", "additionalProperties"]],
  ["oneOf", ["discriminator"]],
  ["anyOf", []],
  ["const", ["type"]],
  ["enum", ["type"]],
  ["x-known-values", ["type"]],
];

/** mixed_schema */
export const mixedSchema: Rule = {
  code: "mixed_schema",
  *check({ places }) {
    for (const { source, pointer, schema } of places) {
      const [main, allowed] = formOf(schema) ?? [];
      if (!main || !allowed) continue;
      const known = new Set<string>([main, ...allowed, ...notes]);
      for (const keyword of Object.keys(schema).filter((name) => !known.has(name))) {
        const message = `"${keyword}" does not go with "${main}"`;
        yield {
          source,
          pointer: join(pointer, keyword),
          message,
          hint: "leave one of them out",
        };
      }
    }
  },
};

function formOf(schema: Schema) {
  return companions.find(([keyword]) => schema[keyword] !== undefined);
}

const appliesTo: Readonly<Partial<Record<Keyword, readonly [JsonType, ...JsonType[]]>>> = {
  properties: ["object"],
  required: ["object"],
  additionalProperties: ["object"],
  items: ["array"],
  minItems: ["array"],
  maxItems: ["array"],
  minLength: ["string"],
  maxLength: ["string"],
  pattern: ["string"],
  format: ["string"],
  "x-known-values": ["string"],
  minimum: ["integer", "number"],
  maximum: ["integer", "number"],
  exclusiveMinimum: ["integer", "number"],
  exclusiveMaximum: ["integer", "number"],
};

/** misplaced_keyword */
export const misplacedKeyword: Rule = {
  code: "misplaced_keyword",
  *check({ places }) {
    for (const { source, pointer, schema } of places) {
      if (schema.discriminator && !schema.oneOf) {
        yield { source, pointer: join(pointer, "discriminator"), message: `"discriminator" goes with "oneOf" only` };
      }
      const types = typesOf(schema);
      for (const keyword of typedKeywords(schema)) {
        const apt = appliesTo[keyword];
        if (!apt || apt.some((type) => types.includes(type))) continue;
        const actual = types.length === 0 ? "there is no type" : `the type is ${types.join(" or ")}`;
        const message = `"${keyword}" is about ${apt.join(" and ")}, and ${actual}`;
        yield { source, pointer: join(pointer, keyword), message, hint: `set "type": "${apt[0]}", or remove it` };
      }
      if (types.includes("integer") && types.includes("number")) {
        const message = "every integer is a number";
        yield { source, pointer: join(pointer, "type"), message, hint: 'name "number" alone' };
      }
    }
  },
};

/** The keywords of a schema that must suit its type. What goes with its other keywords is the rule above. */
function typedKeywords(schema: Schema): readonly Keyword[] {
  const [main] = formOf(schema) ?? [];
  if (main === undefined) return Object.keys(schema) as Keyword[];
  return main === "x-known-values" ? [main] : [];
}

/** unknown_required */
export const unknownRequired: Rule = {
  code: "unknown_required",
  *check({ places, shapes }) {
    for (const { source, pointer, schema } of places) {
      if (!schema.required) continue;
      const shape = shapes.read(schema, source);
      if (shape.kind !== "object") continue;
      const known = shape.properties.map(({ name }) => name);
      for (const [index, name] of schema.required.entries()) {
        if (known.includes(name)) continue;
        const message = `"${name}" is required, and is no property`;
        yield { source, pointer: join(pointer, "required", index), message, hint: suggestion(name, known) };
      }
    }
  },
};
