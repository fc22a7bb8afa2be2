import { beforeAll, describe, expect, it } from "vitest";
import { buildCatalog } from "../../codegen/catalog/catalog.js";
import { bundle, emitJsonSchema } from "../../codegen/emit/json-schema.js";
import { loadSources } from "../../codegen/load/load.js";
import { formats } from "../../runtime/value/format.js";
import type { Shape } from "../../runtime/value/shape.js";
import { ajvCheck } from "../support/ajv-check.js";

/** The JSON Schema of a shape, without what every file begins with. */
function schemaOf(shape: Shape): object {
  const type = { name: "Thing", shape, origin: { file: "thing.json", pointer: "" } };
  const payload = { ref: "a/events/b", type, description: "A thing.", examples: [] };
  const { $schema, title, description, ...rest } = bundle(payload);
  expect({ $schema, title }).toEqual({ $schema: "https://json-schema.org/draft/2020-12/schema", title: "Thing" });
  return rest;
}

const largest = 2 ** 53 - 1;

describe("a JSON Schema for every tool", () => {
  it.each<[string, Shape, object]>([
    [
      "holds integers within what every language holds",
      { kind: "number", integer: true },
      { type: "integer", minimum: -largest, maximum: largest },
    ],
    [
      "keeps an integer's own bounds",
      { kind: "number", integer: true, minimum: 1, exclusiveMaximum: 9 },
      { type: "integer", minimum: 1, maximum: largest, exclusiveMaximum: 9 },
    ],
    ["leaves other numbers alone", { kind: "number", integer: false }, { type: "number" }],
    [
      "lists what is known of an open enumeration, and lets anything through",
      { kind: "enum", values: ["a"], open: true },
      { type: "string", examples: ["a"] },
    ],
    ["lists a closed one", { kind: "enum", values: ["a", 1], open: false }, { enum: ["a", 1] }],
    [
      "knows nothing of unknown fields, as a reader does",
      { kind: "object", properties: [], rest: { kind: "unknown" } },
      { type: "object", properties: {} },
    ],
    [
      "refuses fields that are refused",
      { kind: "object", properties: [], rest: { kind: "refused" } },
      { type: "object", properties: {}, additionalProperties: false },
    ],
    [
      "says that something is deprecated, and why",
      { kind: "null", deprecated: "Use a." },
      { type: "null", deprecated: true },
    ],
  ])("%s", (_, shape, expected) => {
    expect(schemaOf(shape)).toEqual(expected);
  });

  it("accompanies a format with its pattern", () => {
    const { date } = formats;
    expect(schemaOf({ kind: "string", format: "date" })).toEqual({
      type: "string",
      format: "date",
      pattern: date.replace(/\$$/, "$(?!\\n)"),
    });
  });

  it("ends a pattern where the text ends, also where a dollar stands before a line break", () => {
    expect(schemaOf({ kind: "string", pattern: "^(?:a\\$|[$]+$)$" })).toEqual({
      type: "string",
      pattern: "^(?:a\\$|[\\$]+$(?!\\n))$(?!\\n)",
    });
  });

  it("asks for both when there is a pattern and a format", () => {
    const accepts = ajvCheck(schemaOf({ kind: "string", pattern: "^2", format: "date" }));
    expect(["2024-02-29", "1999-02-28", "2x"].map(accepts)).toEqual([true, false, false]);
  });
});

describe("the files of a small protocol", () => {
  let schemas: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  beforeAll(async () => {
    const { sources } = await loadSources("test/fixtures/harbour/schema");
    const files = sources.map(buildCatalog).flatMap((catalog) => emitJsonSchema(catalog));
    schemas = new Map(files.map(({ path, content }) => [path, JSON.parse(content)]));
  });

  it("are one for each payload", () => {
    expect([...schemas.keys()].sort()).toEqual(
      [
        "config/office",
        "crane/lift/args",
        "crane/lift/result",
        "crane/sing/args",
        "crane/sing/result",
        "events/log",
        "events/shipArrived",
        "events/shipLeft",
        "events/tide",
        "lifecycle/open",
        "office/berths.list/args",
        "office/berths.list/result",
        "state/berths/count",
        "state/berths/ship",
      ].map((path) => `harbour/json-schema/${path}.json`),
    );
  });

  it("are complete: every reference leads to a definition inside, and none has an id", () => {
    for (const schema of schemas.values()) {
      const text = JSON.stringify(schema);
      const definitions = Object.keys(schema["$defs"] ?? {}).map((name) => `#/$defs/${name}`);
      const references = Array.from(text.matchAll(/"\$ref":"([^"]*)"/g), ([, target]) => target);
      expect(definitions).toEqual(expect.arrayContaining(references));
      expect(text).not.toContain('"$id"');
    }
  });

  it("carry the examples, which they accept", () => {
    const examples = [...schemas.values()].flatMap((schema) => {
      const accepts = ajvCheck(schema);
      return ((schema["examples"] ?? []) as readonly unknown[]).map(accepts);
    });
    expect(examples.length).toBeGreaterThan(5);
    expect(examples).not.toContain(false);
  });
});
