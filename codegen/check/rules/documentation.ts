/** Rules on what a schema must say about itself. */

import { split } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import { type Schema, typesOf } from "../../load/schema.js";
import type { Rule } from "./rule.js";

/** free_content */
export const freeContent: Rule = {
  code: "free_content",
  *check({ places }) {
    for (const { source, pointer, schema } of places) {
      const free = freedomOf(schema);
      if (schema["x-free"] && free === undefined && schema.additionalProperties !== true) {
        yield { source, pointer, message: "nothing is free here", hint: 'remove "x-free"' };
      } else if (schema["x-free"] && schema.description === undefined) {
        yield { source, pointer, message: "the content is free, and no description says why" };
      } else if (free !== undefined && !schema["x-free"]) {
        yield {
          source,
          pointer,
          message: free,
          hint: 'describe the content, or set "x-free": true and say why in the description',
        };
      }
    }
  },
};

const forms = ["$ref", "allOf", "oneOf", "anyOf", "const", "enum"] as const;

/** What a schema leaves open, if it leaves something open. */
function freedomOf(schema: Schema): string | undefined {
  if (forms.some((keyword) => schema[keyword] !== undefined)) return undefined;
  const types = typesOf(schema);
  if (types.length === 0) return "a schema without a type lets anything through";
  if (types.includes("array") && schema.items === undefined) return 'an array without "items" lets any item through';
  const described = schema.properties !== undefined || typeof schema.additionalProperties === "object";
  if (types.includes("object") && !described) return 'an object without "properties" says nothing about its fields';
  return undefined;
}

/** missing_description */
export const missingDescription: Rule = {
  code: "missing_description",
  *check({ places }) {
    for (const { source, pointer, schema } of places) {
      if (schema.description !== undefined) continue;
      const [name = "", keyword, ...above] = split(pointer).toReversed();
      if (keyword === "$defs" && above.length === 0)
        yield { source, pointer, message: `the type "${name}" has no description` };
      // What stands at the end of a reference describes itself.
      else if (keyword === "properties" && schema.$ref === undefined) {
        yield {
          source,
          pointer,
          message: `the field "${name}" has no description`,
          hint: "say what it is, with its unit",
        };
      }
    }
  },
};

/** missing_example */
export const missingExample: Rule = {
  code: "missing_example",
  severity: "warning",
  *check({ sources }) {
    const messages = [
      ...documentsOf(sources, "event").map(({ source, document }) => ({ source, document, what: "event" })),
      ...documentsOf(sources, "command").map(({ source, document }) => ({ source, document, what: "command" })),
    ];
    for (const { source, document, what } of messages) {
      if (document.examples !== undefined) continue;
      const message = `the ${what} has no example`;
      yield {
        source,
        pointer: "",
        message,
        hint: 'add "examples": they become documentation, samples and test vectors',
      };
    }
  },
};
