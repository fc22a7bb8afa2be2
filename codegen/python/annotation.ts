/** Shapes as annotations of Python types, and the classes that such an annotation needs beside it. */
import { constantsOf, resolve } from "../../runtime/value/expectation.js";
import { isFormat } from "../../runtime/value/format.js";
import type {
  ArrayShape,
  EnumShape,
  NumberShape,
  ObjectShape,
  Shape,
  StringShape,
  UnionShape,
} from "../../runtime/value/shape.js";
import { companionNames, pythonFieldNames, pythonNames } from "../catalog/naming.js";
import { portablePattern } from "../json/portable-pattern.js";
import { acceptedTypes } from "../vectors/edge.js";
import { call, type Expression, literal, name, none, subscript, union } from "./expression.js";

/** An object that has no name of its own, and gets a class by the way to it. */
export interface Part {
  readonly name: string;
  readonly shape: ObjectShape;
}

/** Whether a shape becomes a class: an object with fields, or one that is closed. Maps become dictionaries. */
export function isClass(shape: Shape): shape is ObjectShape {
  return shape.kind === "object" && (shape.properties.length > 0 || !hasFreeFields(shape));
}

/** Whether an object may have fields beside those it lists, which readers keep. */
export function hasFreeFields({ rest }: ObjectShape): boolean {
  return rest.kind === "free" || rest.kind === "values";
}

/** Makes the annotations of one type, with names for the objects in it. */
export class Annotator {
  readonly parts: Part[] = [];
  readonly #names = new Set<string>();

  constructor(readonly typeName: string) {}

  /**
   * The annotation of a value.
   *
   * @param path the names of the fields that lead from the type to the value
   */
  type(shape: Shape, path: readonly string[]): Expression {
    switch (shape.kind) {
      case "any":
        return name("Any");
      case "null":
        return none;
      case "boolean":
        return name("wire.Flag");
      case "number":
        return numberType(shape);
      case "string":
        return textType(shape);
      case "literal":
        return constantType([shape.value]);
      case "enum":
        return enumType(shape);
      case "array":
        return this.#list(shape, path);
      case "object":
        return isClass(shape) ? name(this.#part(shape, path)) : this.map(shape, path);
      case "union":
        return this.#union(shape, path);
      case "reference":
        return name(shape.name);
    }
  }

  /** The annotation of a field that may be absent. Where null is allowed, None stands for both. */
  optionalType(shape: Shape, path: readonly string[]): Expression {
    const type = this.type(shape, path);
    return acceptedTypes(shape).has("null") ? type : subscript("wire.Optionally", [type]);
  }

  /** The annotation of the fields beside the listed ones. */
  map({ rest }: ObjectShape, path: readonly string[]): Expression {
    const values = rest.kind === "values" ? this.type(rest.shape, [...path, "value"]) : name("Any");
    return subscript("dict", [name("wire.Text"), values]);
  }

  #list({ items, minItems, maxItems }: ArrayShape, path: readonly string[]): Expression {
    const type = subscript("list", [this.type(items, [...path, "item"])]);
    if (minItems === undefined && maxItems === undefined) return type;
    return annotated(type, call("wire.items", [], { minimum: minItems, maximum: maxItems }));
  }

  #union(shape: UnionShape, path: readonly string[]): Expression {
    const types = shape.members.map((member, index) => this.type(member, [...path, String(index + 1)]));
    const tag = tagOf(shape);
    return tag === undefined ? union(types) : annotated(union(types), call("wire.tagged", [literal(tag)]));
  }

  #part(shape: ObjectShape, path: readonly string[]): string {
    const name = companionNames.part(this.typeName, path);
    const unique = this.#names.has(name) ? `${name}_${this.#names.size}` : name;
    this.#names.add(unique);
    this.parts.push({ name: unique, shape });
    return unique;
  }
}

/** `Annotated[type, rule]`; more rules stand beside the first. */
export function annotated(type: Expression, rule: Expression): Expression {
  const isAnnotated = type.template === "subscript" && type.head === "Annotated";
  return subscript("Annotated", [...(isAnnotated ? type.items : [type]), rule]);
}

function numberType({ integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberShape): Expression {
  const bounds = { ge: minimum, gt: exclusiveMinimum, le: maximum, lt: exclusiveMaximum };
  if (Object.values(bounds).every((bound) => bound === undefined)) return name(integer ? "wire.Whole" : "wire.Number");
  return annotated(name(integer ? "int" : "float"), call(integer ? "wire.whole" : "wire.number", [], bounds));
}

function textType({ minLength, maxLength, pattern, format }: StringShape): Expression {
  const grammar = format !== undefined && isFormat(format) ? name(`formats.${pythonNames.format(format)}`) : undefined;
  const rule = call("wire.text", [], {
    minimum: minLength === 0 ? undefined : minLength,
    maximum: maxLength,
    pattern: pattern === undefined ? undefined : portablePattern(pattern),
    format: grammar,
  });
  return rule.items.length === 0 ? name("wire.Text") : annotated(name("str"), rule);
}

function enumType({ values, open }: EnumShape): Expression {
  if (!open) return constantType(values);
  return annotated(union([subscript("Literal", values.map(literal)), name("str")]), call("wire.text", []));
}

/** Texts are told apart by Pydantic as everywhere; for the rest there is a rule, as Python takes True for 1. */
function constantType(values: readonly (string | number | boolean)[]): Expression {
  if (values.every(isPlainText)) return subscript("Literal", values.map(literal));
  const fits = (value: unknown) => typeof value !== "number" || Number.isSafeInteger(value);
  if (values.every(fits)) return annotated(subscript("Literal", values.map(literal)), call("wire.one_of", []));
  const types = values.map((value) => name(typeof value === "string" ? "str" : "float"));
  return annotated(union(types), call("wire.one_of", values.map(literal)));
}

function isPlainText(value: unknown): value is string {
  return typeof value === "string" && !/\p{Surrogate}/u.test(value);
}

/**
 * The field that tells the members of a union apart, where Python may use it: all of them call it as it is called on the
 * wire (Pydantic looks for both names), and fix it to texts.
 */
function tagOf({ members, discriminator }: UnionShape): string | undefined {
  if (discriminator === undefined) return undefined;
  const isUsable = (member: Shape): boolean =>
    nameOfField(member, discriminator) === discriminator && constantsOf(member, discriminator).every(isPlainText);
  return members.every(isUsable) ? discriminator : undefined;
}

/** What a field is called in Python; undefined where members of a member do not agree. */
function nameOfField(shape: Shape, field: string): string | undefined {
  const resolved = resolve(shape);
  if (resolved.kind === "object") return pythonFieldNames(resolved.properties.map(({ name }) => name)).get(field);
  if (resolved.kind !== "union") return undefined;
  const names = new Set(resolved.members.map((member) => nameOfField(member, field)));
  return names.size === 1 ? [...names][0] : undefined;
}
