/** The pieces of generated TypeScript. What fits on a line stays on one; what does not is broken into its parts. */
import { builders, printer } from "prettier/doc";

import type { Json } from "../../runtime/value/shape.js";
import { remembered } from "../memory.js";

/** Text that knows where it may be broken. */
export type Code = builders.Doc;

/** The head of a function. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly returns: string;
}

const { align, fill, group, hardline, ifBreak, indent, join, line, softline } = builders;
const width = 120;

/** The text, laid out for lines of 120 columns. */
export function print(code: Code): string {
  return printer.printDocToString(code, { printWidth: width, tabWidth: 2, useTabs: false }).formatted;
}

/**
 * As `print`, of code that an earlier run may have printed.
 *
 * @param step a name that no other step of a run has
 * @param input everything that the code is made from
 */
export function printOnce(step: string, input: Json, make: () => Code): string {
  return remembered(step, input, () => print(make()));
}

/** Parts under each other. */
export function lines(parts: readonly Code[]): Code {
  return join(hardline, [...parts]);
}

/** Parts under each other, each set apart by an empty line. */
export function paragraphs(parts: readonly Code[]): Code {
  return join([hardline, hardline], [...parts]);
}

/** `/** ... *\/` above a declaration or a member. */
export function documented(comment: readonly string[], code: Code): Code {
  if (comment.length === 0) return code;
  const [only] = comment;
  if (comment.length === 1 && only !== undefined) return lines([`/** ${only} */`, code]);
  return lines(["/**", ...comment.map((text) => (text === "" ? " *" : ` * ${text}`)), " */", code]);
}

/** `const name: Type = value;` */
export function constant(declaration: Code, value: Code): Code {
  return ["const ", declaration, " = ", value, ";"];
}

/** `name { member; member }`, always one member a line: what follows `interface X` or stands for a type. */
export function members(parts: readonly Code[]): Code {
  if (parts.length === 0) return "{}";
  return ["{", indent([hardline, lines(parts.map((part) => [part, ";"]))]), hardline, "}"];
}

/** `export interface Name { member; ... }` */
export function interfaceOf(name: string, parts: readonly Code[]): Code {
  return [`export interface ${name} `, members(parts)];
}

/** `name(parameter, ...): Type`, as a member. */
export function methodOf({ name, parameters, returns }: Signature): Code {
  return group([name, enclosed(["(", ")"], softline, parameters), `: ${returns}`]);
}

/** `readonly name: (parameter, ...) => Type`, as a member. */
export function functionOf({ name, parameters, returns }: Signature): Code {
  return group([`readonly ${name}: `, enclosed(["(", ")"], softline, parameters), ` => ${returns}`]);
}

/** `{ name: value, ... }` */
export function record(entries: readonly (readonly [name: string, value: Code])[]): Code {
  return enclosed(
    ["{", "}"],
    line,
    entries.map(([name, value]) => [propertyKey(name), ": ", value]),
  );
}

/** `{ ... }` of entries that are written already: shorthand, or with a comment of their own. */
export function recordOf(entries: readonly Code[]): Code {
  return enclosed(["{", "}"], line, entries);
}

/** `[item, ...]` */
export function list(items: readonly Code[]): Code {
  return enclosed(["[", "]"], softline, items);
}

/** `[item, ...]` of short items, as many on a line as fit. */
export function compactList(items: readonly string[]): Code {
  return group(["[", indent([softline, flow(items)]), ifBreak(","), softline, "]"]);
}

/** `item, item` with as many on a line as fit. */
export function flow(items: readonly string[]): Code {
  const last = items.length - 1;
  return fill(items.flatMap((item, index) => (index === last ? [item] : [`${item},`, line])));
}

/** `callee(argument, ...)` */
export function call(callee: string, args: readonly Code[]): Code {
  const [only] = args;
  if (args.length === 1 && only !== undefined) return [callee, "(", only, ")"];
  return [callee, enclosed(["(", ")"], softline, args)];
}

/** `Name<Argument, ...>` */
export function generic(name: string, args: readonly Code[]): Code {
  return [name, group(["<", indent([softline, join([",", line], [...args])]), softline, ">"])];
}

/** `left && right && ...` */
export function every(conditions: readonly Code[]): Code {
  return join([" &&", line], [...conditions]);
}

/** `left || right || ...` */
export function some(conditions: readonly Code[]): Code {
  return join([" ||", line], [...conditions]);
}

/** `if ? then : if ? then : otherwise`, one under the other when they do not fit. */
export function choice(cases: readonly (readonly [when: Code, then: Code])[], otherwise: Code): Code {
  const alternatives = cases.map(([when, then]) => group([when, " ? ", group(indent([softline, then])), " :"]));
  return join(line, [...alternatives, otherwise]);
}

/** `(value)` */
export function parenthesized(value: Code): Code {
  return group(["(", indent([softline, value]), softline, ")"]);
}

/** `return value;`, in parentheses when it takes several lines. */
export function returned(value: Code): Code {
  return group(["return ", ifBreak("("), indent([softline, value]), softline, ifBreak(")"), ";"]);
}

/** `function name(parameter, ...): Type { return value; }` */
export function functionReturning(signature: Signature, value: Code): Code {
  return [head(signature), indent([hardline, returned(value)]), hardline, "}"];
}

/** The same, for a value with brackets of its own: broken inside them, it needs no parentheses. */
export function functionMaking(signature: Signature, value: Code): Code {
  return [head(signature), indent([hardline, "return ", value, ";"]), hardline, "}"];
}

function head({ name, parameters, returns }: Signature): Code {
  return group([`function ${name}`, enclosed(["(", ")"], softline, parameters), `: ${returns} {`]);
}

/** `a | b | c`, one under the other when they do not fit. */
export function union(types: readonly Code[]): Code {
  const [only] = types;
  if (types.length === 1 && only !== undefined) return only;
  const alternatives = types.map((type) => align(2, type));
  return group(indent([softline, ifBreak("| "), join([line, "| "], alternatives)]));
}

/** A property's name as it stands in a type or an object: quoted when it must be. */
export function propertyName(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}

/** `value.name`, or `value["not a name"]`. */
export function member(subject: string, name: string): string {
  return isIdentifier(name) ? `${subject}.${name}` : `${subject}[${JSON.stringify(name)}]`;
}

/** In an object literal `__proto__: value` does not define a field; in brackets it does. */
function propertyKey(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : propertyName(name);
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/u.test(name);
}

function enclosed([open, close]: readonly [string, string], gap: Code, parts: readonly Code[]): Code {
  if (parts.length === 0) return `${open}${close}`;
  return group([open, indent([gap, join([",", line], [...parts])]), ifBreak(","), gap, close]);
}
