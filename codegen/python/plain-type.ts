/** Types as signatures have them: without the rules by which values are checked. */
import type { NamedType } from "../model.js";
import { Annotator, isClass } from "./annotation.js";
import { type Expression, name, subscript, union } from "./expression.js";

const builtin: Readonly<Record<string, string>> = {
  "wire.Flag": "bool",
  "wire.Number": "float",
  "wire.Text": "str",
  "wire.Whole": "int",
};
const language: ReadonlySet<string> = new Set(["Any", "None", "bool", "float", "int", "str"]);

/** A field of a type, as an argument of a function. */
export interface Argument {
  /** On the wire. */
  readonly field: string;
  readonly type: Expression;
  readonly required: boolean;
}

/** A type by its name, for a module that imports the models. */
export function modelType(type: string): Expression {
  return name(`models.${type}`);
}

/** The fields of an object that lists all it may have; undefined for a type that cannot be given as arguments. */
export function argumentsOf({ name: typeName, shape }: NamedType): readonly Argument[] | undefined {
  if (shape.kind !== "object" || !isClass(shape) || shape.rest.kind === "free" || shape.rest.kind === "values") {
    return undefined;
  }
  // One for all fields: it names the objects in them as those of the model are named.
  const annotator = new Annotator(typeName);
  return shape.properties.map(({ name: field, required, shape: inner }) => {
    return { field, required, type: plainType(annotator.type(inner, [field])) };
  });
}

function plainType(expression: Expression): Expression {
  switch (expression.template) {
    case "name":
      return name(builtin[expression.name] ?? (isOwn(expression.name) ? `models.${expression.name}` : expression.name));
    case "union":
      return union(expression.items.map(plainType));
    case "subscript":
      return plainSubscript(expression.head, expression.items);
    default:
      return expression;
  }
}

function plainSubscript(head: string, items: readonly Expression[]): Expression {
  const [first] = items;
  const isRule = head === "Annotated" || head === "wire.Optionally";
  if (isRule && first !== undefined) return plainType(first);
  return head === "Literal" ? subscript(head, items) : subscript(head, items.map(plainType));
}

function isOwn(type: string): boolean {
  return !language.has(type) && !type.includes(".");
}
