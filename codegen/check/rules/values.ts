/** Rules on the values that stand in schemas: defaults, constants, examples. */
import type { Json, Shape } from "../../../runtime/value/shape.js";
import { violations } from "../../../runtime/value/violation.js";
import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import { type JsonType, type Schema, typesOf } from "../../load/schema.js";
import type { Source } from "../../model.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** refused_value */
export const refusedValue: Rule = {
  code: "refused_value",
  *check(protocol) {
    yield* constants(protocol);
    for (const { source, pointer, schema } of protocol.places) {
      const values = [
        ...(schema.default === undefined ? [] : [{ value: schema.default, at: join(pointer, "default") }]),
        ...(schema.examples ?? []).map((value, index) => ({ value, at: join(pointer, "examples", index) })),
      ];
      for (const { value, at } of values) {
        yield* refusals(protocol.shapes.read(schema, source), value, { source, pointer: at });
      }
    }
    for (const { source, schema, value, pointer } of messageExamples(protocol)) {
      yield* refusals(protocol.shapes.read(schema, source), value, { source, pointer });
    }
  },
};

function* refusals(
  shape: Shape,
  value: Json,
  { source, pointer }: Pick<Remark, "source" | "pointer">,
): Generator<Remark> {
  for (const violation of violations(shape, value, "refuse")) {
    const what = violation.pointer === "" ? "the value" : violation.pointer;
    yield { source, pointer: pointer + violation.pointer, message: `${what} ${violation.message}` };
  }
}

/** `const` and `enum` beside a `type` that they are not of. */
function* constants({ places }: Protocol): Generator<Remark> {
  for (const { source, pointer, schema } of places) {
    const types = typesOf(schema);
    if (types.length === 0) continue;
    const values: readonly (readonly [string, Json])[] = [
      ...(schema.const === undefined ? [] : [[join(pointer, "const"), schema.const] as const]),
      ...(schema.enum ?? []).map((value, index) => [join(pointer, "enum", index), value] as const),
    ];
    for (const [at, value] of values) {
      if (types.some((type) => isOfType(value, type))) continue;
      yield { source, pointer: at, message: `${JSON.stringify(value)} is no ${types.join(" or ")}` };
    }
    const idle = schema.enum ? types.find((type) => !schema.enum?.some((value) => isOfType(value, type))) : undefined;
    if (idle !== undefined) {
      const message = `"enum" has no ${idle}, so the type names it in vain`;
      yield { source, pointer: join(pointer, "type"), message, hint: 'use "oneOf" for "one of these values, or null"' };
    }
  }
}

function isOfType(value: Json, type: JsonType): boolean {
  if (type === "integer") return Number.isInteger(value);
  return value === null ? type === "null" : typeof value === type;
}

interface MessageExample {
  readonly source: Source;
  readonly schema: Schema;
  readonly value: Json;
  readonly pointer: string;
}

function messageExamples({ sources }: Protocol): readonly MessageExample[] {
  const broadcasts = [...documentsOf(sources, "event"), ...documentsOf(sources, "lifecycle")].map(
    ({ source, document }) => ({ source, schema: document.payload, examples: document.examples, pointer: "" }),
  );
  const configs = documentsOf(sources, "config").map(({ source, document }) => ({
    source,
    schema: document.value,
    examples: document.examples,
    pointer: "",
  }));
  const keys = documentsOf(sources, "state").flatMap(({ source, document }) =>
    Object.entries(document.keys).map(([name, key]) => ({
      source,
      schema: key.value,
      examples: key.examples,
      pointer: join("/keys", name),
    })),
  );
  const plain = [...broadcasts, ...configs, ...keys].flatMap(({ source, schema, examples = [], pointer }) =>
    examples.map((value, index) => ({ source, schema, value, pointer: join(pointer, "examples", index) })),
  );
  const commands = documentsOf(sources, "command").flatMap(({ source, document: { args, result, examples = [] } }) =>
    examples.flatMap((example, index) => [
      { source, schema: args, value: example.args, pointer: join("/examples", index, "args") },
      ...(example.result === undefined
        ? []
        : [{ source, schema: result, value: example.result, pointer: join("/examples", index, "result") }]),
    ]),
  );
  return [...plain, ...commands];
}

/** not_text */
export const notText: Rule = {
  code: "not_text",
  *check({ sources, shapes }) {
    for (const { source, document } of documentsOf(sources, "state")) {
      for (const [name, key] of Object.entries(document.keys)) {
        if (key.encoding !== "text" || isText(shapes.read(key.value, source))) continue;
        const message = `"${name}" is stored as bare text, and its value is not always a string`;
        yield {
          source,
          pointer: join("/keys", name, "value"),
          message,
          hint: 'describe a string, or store it as "json"',
        };
      }
    }
  },
};

function isText(shape: Shape): boolean {
  switch (shape.kind) {
    case "string":
      return true;
    case "literal":
      return typeof shape.value === "string";
    case "enum":
      return shape.values.every((value) => typeof value === "string");
    case "union":
      return shape.members.every(isText);
    case "reference":
      return isText(shape.target());
    default:
      return false;
  }
}
