/** The arguments of a command as options of a command line. */
import { resolve } from "../../runtime/value/expectation.js";
import type { Json, Shape } from "../../runtime/value/shape.js";
import { type Violation, violations } from "../../runtime/value/violation.js";
import { typeText } from "../markdown/type-text.js";
import { choicesOf, valueOfTexts } from "./text-value.js";

/** An argument, and the option that gives it. */
export interface Argument {
  /** As in the schema. */
  readonly name: string;
  /** As in `--flag`. */
  readonly flag: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** For people: what it is, and what it may be. */
  readonly description: string;
  /** Values to choose from, when they can be listed. */
  readonly choices: readonly string[];
}

/**
 * The arguments that a shape lists. An option is called as its argument, in kebab case; where that name is taken, `arg-`
 * stands before it.
 */
export function argumentsOf(shape: Shape, taken: Iterable<string>): readonly Argument[] {
  const resolved = resolve(shape);
  if (resolved.kind !== "object") return [];
  const used = new Set(taken);
  return resolved.properties.map(({ name, required, shape: inner }) => {
    const plain = kebab(name);
    const flag = used.has(plain) ? `arg-${plain}` : plain;
    used.add(flag);
    const description = descriptionOf(inner, required);
    return { name, flag, shape: inner, required, description, choices: choicesOf(inner) };
  });
}

/** Texts by the name of the argument they were given for. */
export type GivenTexts = ReadonlyMap<string, readonly string[]>;

/** Arguments, and what is wrong with them in the words of the command line. */
export interface ReadArguments {
  readonly args: Json;
  readonly faults: readonly string[];
}

/** Reads the arguments that were given one by one, over those that were given as a whole. */
export function readArguments(
  shape: Shape,
  known: readonly Argument[],
  { whole, texts }: { readonly whole: Json; readonly texts: GivenTexts },
): ReadArguments {
  const given = known.filter(({ name }) => texts.has(name));
  const values = given.map(({ name, shape: inner }) => [name, valueOfTexts(texts.get(name) ?? [], inner)] as const);
  const repeated = values.filter(([, value]) => value === undefined).map(([name]) => name);
  const args = isObject(whole) ? { ...whole, ...Object.fromEntries(values) } : whole;
  const found = violations(shape, args, "refuse").filter(({ pointer }) => !repeated.includes(firstStep(pointer)));
  return {
    args: args as Json,
    faults: [
      ...repeated.map((name) => `--${flagOf(known, name)} is given more than once`),
      ...found.map((violation) => fault(known, violation)),
    ],
  };
}

function fault(known: readonly Argument[], { pointer, message }: Violation): string {
  const name = firstStep(pointer);
  const flag = flagOf(known, name);
  if (flag === undefined) return `${pointer === "" ? "the whole" : pointer} ${message}`;
  const rest = pointer.slice(pointer.indexOf("/", 1));
  return pointer.indexOf("/", 1) < 0 ? `--${flag} ${message}` : `--${flag} at ${rest} ${message}`;
}

function flagOf(known: readonly Argument[], name: string): string | undefined {
  return known.find((argument) => argument.name === name)?.flag;
}

function firstStep(pointer: string): string {
  return (pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}

function descriptionOf(shape: Shape, required: boolean): string {
  const resolved = resolve(shape);
  const { description = resolved.description, default: usual = resolved.default, deprecated } = shape;
  const type = typeText(resolved, () => undefined).replaceAll("`", "");
  return [
    ...(description === undefined ? [] : [description]),
    `(${type}${required ? ", required" : ""}${usual === undefined ? "" : `, by default ${JSON.stringify(usual)}`})`,
    ...(deprecated === undefined ? [] : [`Deprecated: ${deprecated}`]),
  ].join(" ");
}

function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1-$2")
    .replaceAll(/[^A-Za-z0-9]+/gu, "-")
    .toLowerCase();
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
