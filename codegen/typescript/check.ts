/** Shapes as conditions: the body of a compiled check, and the declarations it needs beside it. */
import { constantsOf, hasType, isSparse } from "../../runtime/value/expectation.js";
import type {
  ArrayShape,
  EnumShape,
  ObjectShape,
  Property,
  Shape,
  StringShape,
  UnionShape,
} from "../../runtime/value/shape.js";
import { companionNames } from "../catalog/naming.js";
import { type Code, call, choice, compactList, constant, functionReturning, member } from "./code.js";
import { allOf, anyOf, type Condition, conditionCode, one } from "./condition.js";
import { equals, isInherited, withinLimits } from "./scalar-condition.js";
import { contentMentionsFields, isAnyText, mentionsFields } from "./shape-questions.js";

/** The check of a type: a condition on `value` and `fields`, and what must be declared before it. */
export interface CompiledCheck {
  readonly condition: Code;
  readonly declarations: readonly Code[];
}

/** A value in the condition: an expression, and the way to it from the type. */
interface Subject {
  readonly text: string;
  readonly path: readonly string[];
}

/** What a function that checks calls the whole of what it is given. */
const whole = "value";

const fieldsParameter = "fields: UnknownFields";

/** More values than this are looked up in a set. */
const mostComparisons = 8;

/**
 * The check of a named type.
 *
 * @param primitives takes the names of the runtime's primitives that the check calls
 */
export function compileCheck(name: string, shape: Shape, primitives: Set<string>): CompiledCheck {
  const compiler = new CheckCompiler(name, primitives);
  return {
    condition: conditionCode(compiler.condition(shape, { text: whole, path: [] })),
    declarations: compiler.declarations,
  };
}

class CheckCompiler {
  readonly declarations: Code[] = [];
  readonly #names = new Set<string>();

  constructor(
    readonly name: string,
    readonly primitives: Set<string>,
  ) {}

  /** What must hold of a value, asked in the order of the schema. */
  condition(shape: Shape, subject: Subject): Condition {
    const { text } = subject;
    switch (shape.kind) {
      case "any":
        return one("true");
      case "null":
        return one(`${text} === null`);
      case "boolean":
        return one(`typeof ${text} === "boolean"`);
      case "number":
        return allOf([this.#call(shape.integer ? "isWhole" : "isFiniteNumber", [text]), ...withinLimits(text, shape)]);
      case "string":
        return this.#string(shape, subject);
      case "literal":
        return equals(text, shape.value);
      case "enum":
        return this.#enum(shape, subject);
      case "array":
        return this.#array(shape, subject);
      case "object":
        return text === whole ? this.#object(shape, subject) : this.#part(shape, subject);
      case "union":
        return this.#union(shape, subject);
      case "reference":
        return one(`${companionNames.check(shape.name)}(${text}, fields)`);
    }
  }

  #string({ minLength = 0, maxLength = Infinity, pattern, format }: StringShape, { text, path }: Subject): Condition {
    const conditions = [one(`typeof ${text} === "string"`)];
    if (minLength === 1 && maxLength === Infinity) conditions.push(one(`${text} !== ""`));
    else if (minLength > 0 || maxLength < Infinity) {
      conditions.push(this.#call("lengthWithin", [text, String(minLength), String(maxLength)]));
    }
    if (pattern !== undefined) {
      const expression = this.#constant([...path, "pattern"], "RegExp", String(new RegExp(pattern, "u")));
      conditions.push(one(`${expression}.test(${text})`));
    }
    if (format !== undefined) conditions.push(this.#call("matchesFormat", [JSON.stringify(format), text]));
    return allOf(conditions);
  }

  #enum({ values, open }: EnumShape, { text, path }: Subject): Condition {
    if (open) return one(`typeof ${text} === "string"`);
    if (values.length <= mostComparisons) return anyOf(values.map((value) => equals(text, value)));
    const set = call("new Set", [compactList(values.map((value) => JSON.stringify(value)))]);
    return one(`${this.#constant([...path, "values"], "ReadonlySet<unknown>", set)}.has(${text})`);
  }

  #array({ items, minItems, maxItems }: ArrayShape, { text, path }: Subject): Condition {
    return allOf([
      one(`Array.isArray(${text})`),
      ...(minItems === undefined ? [] : [one(`${text}.length >= ${minItems}`)]),
      ...(maxItems === undefined ? [] : [one(`${text}.length <= ${maxItems}`)]),
      ...this.#items(items, { text, path }),
    ]);
  }

  #items(items: Shape, { text, path }: Subject): readonly Condition[] {
    if (items.kind === "any") return [];
    if (isAnyText(items)) return [this.#call("everyText", [text])];
    return [this.#call("every", [text, this.#checkOf(items, [...path, "item"]), "fields"])];
  }

  #object(shape: ObjectShape, subject: Subject): Condition {
    return allOf([this.#call("isRecord", [subject.text]), this.#content(shape, subject)]);
  }

  /** What must hold of a value that is known to be an object. */
  #content(shape: ObjectShape, subject: Subject): Condition {
    if (isSparse(shape)) return this.#sparse(shape, subject);
    const properties = shape.properties.flatMap((property) => this.#property(property, subject));
    return allOf([...properties, ...this.#rest(shape, subject)]);
  }

  /** The fields that are there are looked at, where `#content` looks for all that may be. */
  #sparse(shape: ObjectShape, { text, path }: Subject): Condition {
    return this.#call("everyField", [text, this.#fieldTest(shape, path), "fields"]);
  }

  /** The name of a function that checks a field by its name. */
  #fieldTest(shape: ObjectShape, path: readonly string[]): string {
    const { properties, rest } = shape;
    const name = this.#name(companionNames.check(this.name), [...path, "field"]);
    const cases = properties.map((property) => {
      const condition = this.#valueOf(property.shape, [...path, property.name]);
      return [`name === ${JSON.stringify(property.name)}`, conditionCode(condition)] as const;
    });
    const parameters = ["name: string", "value: unknown", ...(contentMentionsFields(shape) ? [fieldsParameter] : [])];
    const otherwise = conditionCode(this.#unlisted(rest, path));
    this.declarations.push(functionReturning({ name, parameters, returns: "boolean" }, choice(cases, otherwise)));
    return name;
  }

  #unlisted(rest: ObjectShape["rest"], path: readonly string[]): Condition {
    if (rest.kind === "values") return this.#valueOf(rest.shape, [...path, "value"]);
    return one(rest.kind === "unknown" ? 'fields === "tolerate"' : String(rest.kind === "free"));
  }

  /** A condition on a value that a function is given beside others. */
  #valueOf(shape: Shape, path: readonly string[]): Condition {
    const subject = { text: whole, path };
    return shape.kind === "object" ? this.#part(shape, subject) : this.condition(shape, subject);
  }

  #property({ name, required, shape }: Property, { text, path }: Subject): readonly Condition[] {
    const value = { text: this.#read(text, name), path: [...path, name] };
    const present = one(`${value.text} !== undefined`);
    if (shape.kind === "any") return required ? [present] : [];
    // What a call returns is not narrowed by a comparison, so it is handed to a function as a whole.
    const condition = isInherited(name) ? this.#part(shape, value) : this.condition(shape, value);
    if (!required) return [anyOf([one(`${value.text} === undefined`), condition])];
    return hasType(shape, undefined) ? [present, condition] : [condition];
  }

  #rest(shape: ObjectShape, { text, path }: Subject): readonly Condition[] {
    const { properties, rest } = shape;
    if (rest.kind === "free" || (rest.kind === "values" && rest.shape.kind === "any")) return [];
    if (rest.kind === "values" && properties.length === 0) {
      return [this.#call("everyOwn", [text, this.#checkOf(rest.shape, [...path, "value"]), "fields"])];
    }
    const listed = this.#listed(shape, path);
    if (rest.kind === "values") {
      return [this.#call("everyOther", [text, listed, this.#checkOf(rest.shape, [...path, "value"]), "fields"])];
    }
    const closed = this.#call("hasOnly", [text, listed]);
    return [rest.kind === "refused" ? closed : anyOf([one('fields === "tolerate"'), closed])];
  }

  #union({ members, discriminator }: UnionShape, { text, path }: Subject): Condition {
    const subjects = members.map((shape, index) => ({ shape, subject: { text, path: [...path, String(index + 1)] } }));
    if (discriminator === undefined) return anyOf(subjects.map(({ shape, subject }) => this.condition(shape, subject)));
    const alternatives = subjects.map(({ shape, subject }) => {
      // The field that tells them apart is one of those that are listed, and so is compared anyway.
      if (shape.kind === "object" && text === whole) return this.#content(shape, subject);
      const constants = constantsOf(shape, discriminator);
      const told = anyOf(constants.map((value) => equals(this.#read(text, discriminator), value)));
      return constants.length === 0 ? this.condition(shape, subject) : allOf([told, this.condition(shape, subject)]);
    });
    return allOf([this.#call("isRecord", [text]), anyOf(alternatives)]);
  }

  /** A call of the check of a value that has a function of its own. */
  #part(shape: Shape, { text, path }: Subject): Condition {
    return one(call(this.#checkOf(shape, path), mentionsFields(shape) ? [text, "fields"] : [text]));
  }

  /** The name of a function that checks a shape. */
  #checkOf(shape: Shape, path: readonly string[]): string {
    if (shape.kind === "reference") return companionNames.check(shape.name);
    const name = this.#name(companionNames.check(this.name), path);
    const parameters = ["value: unknown", ...(mentionsFields(shape) ? [fieldsParameter] : [])];
    const condition = conditionCode(this.condition(shape, { text: whole, path }));
    this.declarations.push(functionReturning({ name, parameters, returns: "boolean" }, condition));
    return name;
  }

  /** The name of the list of an object's fields. */
  #listed({ properties }: ObjectShape, path: readonly string[]): string {
    const names = properties.map((property) => JSON.stringify(property.name));
    return this.#constant([...path, "fields"], "readonly string[]", compactList(names));
  }

  #constant(path: readonly string[], type: string, value: Code): string {
    const name = this.#name(this.name, path);
    this.declarations.push(constant(`${name}: ${type}`, value));
    return name;
  }

  #name(start: string, path: readonly string[]): string {
    const name = companionNames.part(start, path);
    const unique = this.#names.has(name) ? `${name}$${this.#names.size}` : name;
    this.#names.add(unique);
    return unique;
  }

  #read(text: string, name: string): string {
    if (!isInherited(name)) return member(text, name);
    this.primitives.add("own");
    return `own(${text}, ${JSON.stringify(name)})`;
  }

  #call(primitive: string, args: readonly string[]): Condition {
    this.primitives.add(primitive);
    return one(`${primitive}(${args.join(", ")})`);
  }
}
