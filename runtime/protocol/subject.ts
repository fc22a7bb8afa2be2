/** Subjects, buckets and keys from templates: building them, subscribing to all of a kind, and reading them back. */
import { ProtocolError } from "../error.js";
import { either, quote } from "../value/wording.js";
import { located } from "./located.js";
import type { SubjectTemplate, TokenRule } from "./message.js";
import { isToken, legalToken, plainToken, toToken } from "./token.js";

/** The names of a template's parameters: `"room" | "topic"` of `app.{room}.{topic:exact}`. */
export type ParameterName<Template extends string> = string extends Template
  ? string
  : Template extends `${string}{${infer Parameter}}${infer Rest}`
    ? (Parameter extends `${infer Name}:${string}` ? Name : Parameter) | ParameterName<Rest>
    : never;

/** The texts that a template takes, for those who write one by hand: `{ room: string }` of `app.{room:exact}.opened`. */
export type SubjectParameters<Template extends string> = Readonly<Record<ParameterName<Template>, string>>;

/** A compiled template. */
export interface Subject<Name extends string = string> {
  readonly template: SubjectTemplate;
  /** In order of appearance. */
  readonly parameters: readonly Name[];
  /** The subject for these texts. Throws `invalid_subject` when one is missing or becomes no token, or all is too long. */
  build(values: Readonly<Record<Name, string>>): string;
  /**
   * The subject with a `*` for each token that lacks a text. When such a token has other parts, the wildcard stands for them
   * too: what arrives is to be matched. Throws as `build` does.
   */
  wildcard(values: Readonly<Partial<Record<Name, string>>>): string;
  /**
   * The tokens of a subject by parameter, or `undefined` for a subject that this template does not build. Of several
   * parameters in one token, each takes as little as it can.
   */
  match(subject: string): Record<Name, string> | undefined;
}

/** One parameter of a template. */
interface Parameter {
  readonly name: string;
  /** The token that a text becomes. */
  token(text: string): string;
}

/** What stands between two dots: texts that stand for themselves, and parameters. */
type Level = readonly (string | Parameter)[];

type TokenRules = Readonly<Record<string, TokenRule>>;
type Values = Readonly<Partial<Record<string, string>>>;

// A server reads lines of at most 4096 bytes; the subject shares one with a verb, a reply subject and two sizes.
const maximumBytes = 3584;

// Enough for all that a program talks about, and a bound for one that talks about ever new things.
const maximumCachedTokens = 1000;

/**
 * Compiles a template.
 *
 * @param tokens the protocol's token types; a parameter whose type is not among them takes its text as it is
 * @throws ProtocolError `invalid_subject` for a template that cannot give a legal subject
 */
export function compileSubject<Template extends SubjectTemplate>(
  template: Template,
  tokens: TokenRules,
): Subject<ParameterName<Template>>;
export function compileSubject(template: SubjectTemplate, tokens: TokenRules): Subject {
  const levels = template.split(".").map((level) => parseLevel(level, template, tokens));
  const parameters = levels.flat().flatMap((part) => (typeof part === "string" ? [] : [part.name]));
  const repeated = parameters.find((name, index) => parameters.indexOf(name) !== index);
  if (repeated !== undefined) throw invalidTemplate(template, `has {${repeated}} twice`);
  const pattern = new RegExp(`^${levels.map((level) => level.map(source).join("")).join("\\.")}$`, "u");

  return {
    template,
    parameters,
    build: (values) => limited(levels.map((level) => fill(level, values, template)).join(".")),
    wildcard: (values) => limited(levels.map((level) => fillOrWildcard(level, values, template)).join(".")),
    match(subject) {
      const found = pattern.exec(subject);
      return found === null ? undefined : Object.fromEntries(parameters.map((name, at) => [name, found[at + 1] ?? ""]));
    },
  };
}

function parseLevel(level: string, template: SubjectTemplate, tokens: TokenRules): Level {
  if (level === "") throw invalidTemplate(template, "has an empty token");
  if (level.includes("}{")) throw invalidTemplate(template, "has two parameters with nothing between them");
  // With a group in the separator, every second piece is what the group found: the inside of a pair of braces.
  return level.split(/\{([^{}]*)\}/).flatMap((piece, index): Level => {
    if (index % 2 === 1) return [parseParameter(piece, template, tokens)];
    if (piece === "") return [];
    if (!isToken(piece) || /[{}]/.test(piece)) throw invalidTemplate(template, `cannot contain ${quote(piece)}`);
    return [piece];
  });
}

function parseParameter(text: string, template: SubjectTemplate, tokens: TokenRules): Parameter {
  const [, name, type = name] = /^([A-Za-z][A-Za-z0-9_]*)(?::([A-Za-z][A-Za-z0-9_]*))?$/.exec(text) ?? [];
  if (name === undefined || type === undefined) throw invalidTemplate(template, `has no parameter's name in {${text}}`);
  const rule = Object.hasOwn(tokens, type) ? (tokens[type] ?? plainToken) : plainToken;
  const cache = new Map<string, string>();
  return {
    name,
    token(text) {
      const cached = cache.get(text);
      if (cached !== undefined) return cached;
      const token = tokenFor(text, { rule, name, template });
      if (cache.size >= maximumCachedTokens) cache.clear();
      cache.set(text, token);
      return token;
    },
  };
}

/** As `toToken`; an error says where the text was to stand. */
function tokenFor(text: string, { rule, name, template }: TokenPlace): string {
  try {
    return toToken(text, rule, name);
  } catch (reason) {
    throw located(reason, { subject: template });
  }
}

/** Where a text is to stand. */
interface TokenPlace {
  readonly rule: TokenRule;
  readonly name: string;
  readonly template: SubjectTemplate;
}

/** Source of the regular expression for one part, parameters in groups. */
function source(part: string | Parameter): string {
  return typeof part === "string" ? part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : `(${legalToken}?)`;
}

function fill(level: Level, values: Values, template: SubjectTemplate): string {
  return level
    .map((part) => {
      if (typeof part === "string") return part;
      const text = textFor(part, values);
      if (text !== undefined) return part.token(text);
      const given = either(Object.keys(values).map(quote));
      const message = `the subject ${quote(template)} needs a text for {${part.name}}, and was given one for ${given}`;
      throw new ProtocolError("invalid_subject", message, { subject: template });
    })
    .join("");
}

function fillOrWildcard(level: Level, values: Values, template: SubjectTemplate): string {
  const lacking = level.some((part) => typeof part !== "string" && textFor(part, values) === undefined);
  return lacking ? "*" : fill(level, values, template);
}

function textFor(parameter: Parameter, values: Values): string | undefined {
  const text: unknown = Object.hasOwn(values, parameter.name) ? values[parameter.name] : undefined;
  return typeof text === "string" ? text : undefined;
}

function limited(subject: string): string {
  // A code unit takes three bytes at most, so most subjects need not be measured.
  if (subject.length * 3 <= maximumBytes) return subject;
  const bytes = new TextEncoder().encode(subject).length;
  if (bytes <= maximumBytes) return subject;
  const message = `the subject ${quote(subject)} has ${bytes} bytes, and NATS takes ${maximumBytes}; use shorter names`;
  throw new ProtocolError("invalid_subject", message, { subject });
}

function invalidTemplate(template: SubjectTemplate, problem: string): ProtocolError {
  return new ProtocolError("invalid_subject", `the subject template ${quote(template)} ${problem}`, {
    subject: template,
  });
}
