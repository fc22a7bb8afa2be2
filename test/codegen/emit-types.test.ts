import { expect, test } from "vitest";

import { emitTypes } from "../../codegen/emit/types.js";
import type { Shape } from "../../runtime/value/shape.js";
import { catalogOf, namedType } from "../support/catalog.js";

/** The declarations made of some shapes, without header and comments. */
async function typesOf(shapes: Readonly<Record<string, Shape>>): Promise<string> {
  const [file] = await emitTypes(catalogOf(Object.entries(shapes).map(([name, shape]) => namedType(name, shape))));
  const declarations = file?.content.slice(file.content.indexOf("\n\n")) ?? "";
  return declarations
    .replaceAll(/\/\*\*.*?\*\/\n/gsu, "")
    .trim()
    .replaceAll("\n\n", "\n");
}

const text: Shape = { kind: "string" };

test("a name stays as it is, however json-schema-to-typescript would spell it", async () => {
  expect(await typesOf({ Mp4file: text, User2fa: text })).toBe(
    "export type Mp4file = string;\nexport type User2fa = string;",
  );
});

test("a list with a length is a list, not a tuple", async () => {
  expect(await typesOf({ Pair: { kind: "array", items: text, minItems: 2, maxItems: 2 } })).toBe(
    "export type Pair = string[];",
  );
});

test("a list of alternatives has them in parentheses, and nothing else has", async () => {
  const either: Shape = {
    kind: "union",
    members: [text, { kind: "union", members: [{ kind: "null" }, { kind: "boolean" }] }],
  };
  expect(await typesOf({ All: { kind: "array", items: either }, One: either })).toBe(
    "export type All = (string | null | boolean)[];\nexport type One = string | null | boolean;",
  );
});

test("a list of strings of which some are known has the parentheses it needs", async () => {
  const items: Shape = { kind: "enum", values: ["on", "off"], open: true };
  expect(await typesOf({ Words: { kind: "array", items } })).toBe(
    'export type Words = ("on" | "off" | (string & {}))[];',
  );
});

test("what may be anything is unknown", async () => {
  expect(await typesOf({ Thing: { kind: "any" } })).toBe("export type Thing = unknown;");
});

test("a map with listed fields lets the fields be what they are", async () => {
  const map: Shape = {
    kind: "object",
    properties: [{ name: "on", required: false, shape: { kind: "boolean" } }],
    rest: { kind: "values", shape: text },
  };
  expect(await typesOf({ Settings: map })).toBe(
    "export interface Settings {\n  on?: boolean;\n  [name: string]: string | boolean | undefined;\n}",
  );
});

test("a type that refers to itself is declared once", async () => {
  const tree: Shape = { kind: "array", items: { kind: "reference", name: "Tree", target: () => tree } };
  expect(await typesOf({ Tree: tree })).toBe("export type Tree = Tree[];");
});
