/** Each payload as one JSON Schema 2020-12 that any tool can read on its own, and that gives our verdict. */
import { formats, isFormat } from "../../runtime/value/format.js";
import type { Json, NumberShape, ObjectShape, Shape, StringShape } from "../../runtime/value/shape.js";
import { type PayloadEntry, payloadPath, payloadsOf } from "../catalog/payloads.js";
import { typesWithin } from "../catalog/shape-parts.js";
import { typeIdentity } from "../catalog/type-identity.js";
import { jsonFile } from "../json/json-file.js";
import { portablePattern } from "../json/portable-pattern.js";
import { remembered } from "../memory.js";
import type { Catalog, GeneratedFile } from "../model.js";

type Keywords = Readonly<Record<string, Json>>;

const largest = Number.MAX_SAFE_INTEGER;

/** Emits `json-schema/<ref>.json`: what a reader accepts, so with unknown fields. */
export function emitJsonSchema(catalog: Catalog): readonly GeneratedFile[] {
  return payloadsOf(catalog).map((payload) => {
    const { ref, type, description, examples } = payload;
    return remembered("json-schema", [catalog.name, ref, typeIdentity(type), description, examples], () =>
      jsonFile(catalog, `json-schema/${payloadPath(ref, ".json")}`, bundle(payload)),
    );
  });
}

/** The JSON Schema of one payload, complete in itself. */
export function bundle({ type, ref, description, examples }: PayloadEntry): Keywords {
  const definitions = [...typesWithin(type.shape)]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, shape]) => [name, schemaOf(shape)] as const);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: type.name,
    ...schemaOf(type.shape),
    description: type.shape.description ?? `${ref}: ${description}`,
    ...(examples.length > 0 ? { examples } : {}),
    ...(definitions.length > 0 ? { $defs: Object.fromEntries(definitions) } : {}),
  };
}

function schemaOf(shape: Shape): Keywords {
  return { ...constraintsOf(shape), ...notesOf(shape) };
}

function constraintsOf(shape: Shape): Keywords {
  switch (shape.kind) {
    case "any":
      return {};
    case "null":
    case "boolean":
      return { type: shape.kind };
    case "number":
      return numberSchema(shape);
    case "string":
      return stringSchema(shape);
    case "literal":
      return { const: shape.value };
    case "enum":
      // An open enumeration lists what is known today, and means any text.
      return shape.open ? { type: "string", examples: shape.values } : { enum: shape.values };
    case "array": {
      const { items, minItems, maxItems } = shape;
      return { type: "array", items: schemaOf(items), ...given({ minItems, maxItems }) };
    }
    case "object":
      return objectSchema(shape);
    case "union":
      return { anyOf: shape.members.map(schemaOf) };
    case "reference":
      return { $ref: `#/$defs/${shape.name}` };
  }
}

function numberSchema({ integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberShape): Keywords {
  if (!integer) return { type: "number", ...given({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) };
  return {
    type: "integer",
    minimum: Math.max(minimum ?? -largest, -largest),
    maximum: Math.min(maximum ?? largest, largest),
    ...given({ exclusiveMinimum, exclusiveMaximum }),
  };
}

function stringSchema({ minLength, maxLength, pattern, format }: StringShape): Keywords {
  const grammar = format !== undefined && isFormat(format) ? formats[format] : undefined;
  const patterns = [pattern, grammar].flatMap((source) => (source === undefined ? [] : [portablePattern(source)]));
  return {
    type: "string",
    ...given({ minLength, maxLength, format }),
    ...(patterns[0] !== undefined ? { pattern: patterns[0] } : {}),
    ...(patterns[1] !== undefined ? { allOf: [{ pattern: patterns[1] }] } : {}),
  };
}

function objectSchema({ properties, rest }: ObjectShape): Keywords {
  const required = properties.filter((property) => property.required).map((property) => property.name);
  return {
    type: "object",
    properties: Object.fromEntries(properties.map(({ name, shape }) => [name, schemaOf(shape)])),
    ...(required.length > 0 ? { required } : {}),
    ...(rest.kind === "refused" ? { additionalProperties: false } : {}),
    // As good as nothing, but it tells free fields from those that a writer must not send.
    ...(rest.kind === "free" ? { additionalProperties: true } : {}),
    ...(rest.kind === "values" ? { additionalProperties: schemaOf(rest.shape) } : {}),
  };
}

function notesOf(shape: Shape): Keywords {
  const { description, examples, deprecated } = shape;
  const text = [description, deprecated === undefined ? undefined : `Deprecated: ${deprecated}`]
    .filter(Boolean)
    .join(" ");
  return {
    ...(text === "" ? {} : { description: text }),
    ...(deprecated === undefined ? {} : { deprecated: true }),
    ...given({ default: shape.default, examples }),
  };
}

function given(keywords: Readonly<Record<string, Json | undefined>>): Keywords {
  return Object.fromEntries(
    Object.entries(keywords).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
