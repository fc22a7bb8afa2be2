/** JSON as it is spelt: numbers by their digits, fields that come twice, and what is no JSON at all. */
export type JsonTree = Scalar | ArrayTree | ObjectTree;

/** Anything without an inside, as text. */
export interface Scalar {
  readonly kind: "scalar";
  readonly text: string;
}

/** An array. */
export interface ArrayTree {
  readonly kind: "array";
  readonly items: readonly JsonTree[];
}

/** An object. */
export interface ObjectTree {
  readonly kind: "object";
  readonly fields: readonly Field[];
}

/** A field; its name as text, with its quotes. */
export interface Field {
  readonly name: string;
  readonly value: JsonTree;
}

/** A value without an inside. */
export function scalar(text: string): Scalar {
  return { kind: "scalar", text };
}

/** A field. */
export function field(name: string, value: JsonTree): Field {
  return { name: JSON.stringify(name), value };
}

/** The tree of a value. */
export function treeOf(value: unknown): JsonTree {
  if (Array.isArray(value)) return { kind: "array", items: value.map(treeOf) };
  if (typeof value !== "object" || value === null) return scalar(JSON.stringify(value));
  return { kind: "object", fields: Object.entries(value).map(([name, inner]) => field(name, treeOf(inner))) };
}

/** The text of a tree. */
export function print(tree: JsonTree): string {
  if (tree.kind === "scalar") return tree.text;
  if (tree.kind === "array") return `[${tree.items.map(print).join(",")}]`;
  return `{${tree.fields.map(({ name, value }) => `${name}:${print(value)}`).join(",")}}`;
}
