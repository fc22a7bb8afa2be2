/** The form of each kind of file, as the meta-schemas beside the protocols define it. */
import { readFileSync } from "node:fs";
import { join as joinPath } from "node:path";

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";

import { type Finding, suggestion } from "../findings/diagnostic.js";
import { join } from "../json/pointer.js";
import type { SourceKind } from "../model.js";
import { packageRoot } from "../package.js";
import type { JsonSource } from "./json-source.js";

/** Compare a file with the meta-schema of its kind. */
export function checkForm(
  kind: SourceKind,
  { value, position }: Pick<JsonSource, "value" | "position">,
): readonly Omit<Finding, "file">[] {
  const validate = validatorOf(kind);
  if (validate(value)) return [];
  return (
    (validate.errors ?? [])
      // The branch that was taken reports what is wrong; that it was taken is no news.
      .filter((error) => error.keyword !== "if")
      .map((error) => {
        const { pointer, message, hint } = explain(error);
        const finding = {
          code: "meta_schema",
          severity: "error",
          ...position(pointer),
          message,
        } as const;
        return hint === undefined ? finding : { ...finding, hint };
      })
  );
}

let ajv: Ajv2020 | undefined;
const validators = new Map<SourceKind, ValidateFunction>();

/** Compiled when the first file of the kind comes. */
function validatorOf(kind: SourceKind): ValidateFunction {
  const known = validators.get(kind);
  if (known !== undefined) return known;
  ajv ??= new Ajv2020({
    schemas: [metaSchema("portable")],
    allErrors: true,
    verbose: true,
    discriminator: true,
    strict: true,
    allowUnionTypes: true,
    // A test compares the meta-schemas with JSON Schema's own: compiling that takes longer than all else here.
    validateSchema: false,
    meta: false,
    // Each is used once for each file: to optimize it takes longer than it saves.
    code: { optimize: false },
  });
  const validator = ajv.compile(metaSchema(kind));
  validators.set(kind, validator);
  return validator;
}

function metaSchema(name: string): object {
  const path = joinPath(packageRoot, "schema", `${name}.schema.json`);
  return JSON.parse(readFileSync(path, "utf8")) as object;
}

const longestList = 15;

interface Explanation {
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

function explain(error: ErrorObject): Explanation {
  const pointer = error.instancePath;
  switch (error.keyword) {
    case "additionalProperties": {
      const name = String(error.params["additionalProperty"]);
      const properties = (error.parentSchema?.["properties"] ?? {}) as object;
      const known = Object.keys(properties).filter((property) => property !== "$schema");
      return {
        pointer: join(pointer, name),
        message: `"${name}" is not known here`,
        hint: suggestion(name, known) ?? `what may stand here: ${listed(known)}`,
      };
    }
    case "required":
      return { pointer, message: `"${String(error.params["missingProperty"])}" is missing` };
    case "enum": {
      const allowed = error.params["allowedValues"] as readonly string[];
      return {
        pointer,
        message: `${show(error.data)} is not one of ${allowed.map(show).join(", ")}`,
        hint: suggestion(String(error.data), allowed),
      };
    }
    case "discriminator": {
      const { tag, tagValue } = error.params as { readonly tag: string; readonly tagValue: unknown };
      const known = constantsOf(error.parentSchema, tag);
      const message = tagValue === undefined ? `"${tag}" is missing` : `there is no ${tag} ${show(tagValue)}`;
      return { pointer, message, hint: suggestion(String(tagValue), known) ?? `what there is: ${known.join(", ")}` };
    }
    default:
      return { pointer, message: `${show(error.data)} ${error.message ?? "is not right"}` };
  }
}

/** The values that tell the members of a `oneOf` apart. */
function constantsOf(schema: unknown, tag: string): readonly string[] {
  const { oneOf = [] } = schema as { readonly oneOf?: readonly { properties: Record<string, { const: string }> }[] };
  return oneOf.flatMap(({ properties }) => properties[tag]?.const ?? []);
}

function listed(names: readonly string[]): string {
  return names.length > longestList ? "schema/README.md has the list" : names.join(", ");
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
