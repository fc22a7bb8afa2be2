/** What the reference says about a message, in the order it says it. The templates only lay it out. */
import { whyIgnored } from "../../runtime/protocol/ignored.js";
import { sampleValue } from "../../runtime/value/sample-value.js";
import type { Json } from "../../runtime/value/shape.js";
import { type Addressed, subjectOf } from "../catalog/subjects.js";
import { jsonText } from "../json/json-text.js";
import { type FieldTable, fieldTables } from "../markdown/field-table.js";
import { code, link, prose } from "../markdown/text.js";
import { typeText } from "../markdown/type-text.js";
import type { BucketMessage, Catalog, CommandMessage, KeyEntry } from "../model.js";
import { originText } from "../typescript/documentation.js";
import { defectLinks } from "./defects-page.js";
import { declaredErrorCells } from "./error-page.js";
import { directionOf, keySubject } from "./message-list.js";
import { arrow } from "./message-list-page.js";
import { keys, type PlainMessage, type ReferenceContext } from "./page.js";

/** A message, a key of a bucket, or a configuration. All texts are Markdown. */
export interface MessageView {
  readonly name: string;
  readonly description: string;
  readonly deprecated: string | undefined;
  readonly ignored: string | undefined;
  readonly facts: readonly Fact[];
  readonly values: readonly ValueView[];
  readonly errors: readonly ReturnType<typeof declaredErrorCells>[];
  readonly examples: readonly { readonly title: string; readonly json: string }[];
}

/** One line on a message. */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** A value that a message carries: its type in words, and its fields. */
export interface ValueView {
  readonly title: string;
  readonly type: string;
  readonly description: string;
  readonly tables: readonly FieldTable[];
}

/** The view of a message that is not a bucket: those have a page of their own form. */
export function messageView(context: ReferenceContext, message: PlainMessage): MessageView {
  const { name, description, deprecated } = message;
  const ignored = message.kind === "command" ? message.ignored : undefined;
  return {
    name: code(name),
    description: prose(description),
    deprecated: deprecated === undefined ? undefined : prose(deprecated),
    ignored: ignored === undefined ? undefined : prose(whyIgnored(ignored)),
    facts: factsOf(context, message),
    values: valuesOf(context, message),
    errors: message.kind === "command" ? message.errors.map(declaredErrorCells) : [],
    examples: examplesOf(context, message),
  };
}

/** The view of a key of a bucket. */
export function keyView(context: ReferenceContext, bucket: BucketMessage, key: KeyEntry): MessageView {
  return {
    name: code(key.name),
    description: prose(key.description),
    deprecated: undefined,
    ignored: undefined,
    facts: [
      fact("Reference", code(key.ref)),
      fact("Key", code(key.key)),
      fact("Subject", code(keySubject(bucket.bucket, key))),
      fact("Stored as", key.encoding === "text" ? "bare text" : "JSON"),
      fact("Read with", code(`state.${key.method}`)),
      ...defectFacts(context, key.ref),
    ],
    values: [valueView(context, "Value", key.payload)],
    errors: [],
    examples: [example("Example", key.examples[0] ?? sampleOf(context, key.payload))],
  };
}

/** What the reference says about a value of a named type. */
export function valueView({ types, addresses }: ReferenceContext, title: string, typeName: string): ValueView {
  const shape = types.get(typeName)?.shape ?? { kind: "any" };
  const target = (name: string) => addresses(keys.type(name));
  return {
    title,
    type: typeText(shape, target),
    description: prose(shape.description ?? ""),
    tables: fieldTables(shape, target),
  };
}

function factsOf(context: ReferenceContext, message: PlainMessage): readonly Fact[] {
  const { ref, source, origin } = message;
  const facts = [fact("Reference", code(ref))];
  if (message.kind !== "config") facts.push(...subjectFacts(context.catalog, message), directionFact(message));
  if (message.kind === "command") facts.push(...commandFacts(message));
  if (message.kind !== "config" && message.envelope !== undefined) {
    const address = context.addresses(keys.envelope(message.envelope));
    facts.push(fact("Envelope", address === undefined ? message.envelope : link(message.envelope, address)));
  }
  facts.push(fact("Source", prose(source)), fact("Schema", code(originText(context.catalog, origin))));
  return [...facts, ...defectFacts(context, ref)];
}

function subjectFacts(catalog: Catalog, message: Addressed): readonly Fact[] {
  const subjects = Object.keys(catalog.dialects).map(
    (dialect) => [dialect, subjectOf(catalog, message, dialect)] as const,
  );
  const [first] = subjects;
  if (first !== undefined && subjects.every(([, subject]) => subject === first[1]))
    return [fact("Subject", code(first[1]))];
  return subjects.map(([dialect, subject]) => fact(`Subject, dialect ${dialect}`, code(subject)));
}

function directionFact(message: Addressed): Fact {
  return fact("Direction", arrow(directionOf(message)));
}

function commandFacts(message: CommandMessage): readonly Fact[] {
  const { service, method, rank, aliases, argumentAliases, repeatable, pace, resultTemplate } = message;
  const otherNames = Object.entries(argumentAliases).map(
    ([name, others]) => `${code(name)} as ${others.map(code).join(", ")}`,
  );
  return [
    fact("Method", code(`${service}.${method}`)),
    ...(rank === undefined ? [] : [fact("Rank", `${rank} or more`)]),
    ...(aliases.length === 0 ? [] : [fact("Also taken under", aliases.map(code).join(", "))]),
    ...(otherNames.length === 0 ? [] : [fact("Arguments also taken", otherNames.join("; "))]),
    fact("May be repeated", repeatable ? "yes: twice does what once does" : "no"),
    ...(pace === undefined ? [] : [fact("Pace", code(pace))]),
    ...(message.takes === undefined
      ? []
      : [fact("Takes", `up to ${message.takes} ms, for which a caller waits besides the usual time`)]),
    ...(message.replies === undefined
      ? []
      : [fact("Replies", `${message.replies} from one service; the first counts`)]),
    ...(message.resultNamesAddress
      ? [fact("Address", "told by the result; a reply from elsewhere is left aside")]
      : []),
    ...(resultTemplate === undefined
      ? []
      : [fact("The result stands in the reply as", code(jsonText(resultTemplate)))]),
  ];
}

/** A line on the defects that name a message, when there are any. */
export function defectFacts(context: ReferenceContext, ref: string): readonly Fact[] {
  const links = defectLinks(context, ref);
  return links === "" ? [] : [fact("Known defects", links)];
}

function valuesOf(context: ReferenceContext, message: PlainMessage): readonly ValueView[] {
  switch (message.kind) {
    case "command":
      return [valueView(context, "Arguments", message.args), valueView(context, "Result", message.result)];
    case "config":
      return [valueView(context, "Value", message.payload)];
    default:
      return [valueView(context, "Payload", message.payload)];
  }
}

function examplesOf(context: ReferenceContext, message: PlainMessage): MessageView["examples"] {
  if (message.kind !== "command")
    return [example("Example", message.examples[0] ?? sampleOf(context, message.payload))];
  const [first] = message.examples;
  return [
    example("Arguments, for example", first?.args ?? sampleOf(context, message.args)),
    example("Result, for example", first?.result ?? sampleOf(context, message.result)),
  ];
}

function sampleOf({ types }: ReferenceContext, typeName: string): Json {
  return sampleValue(types.get(typeName)?.shape ?? { kind: "any" });
}

function example(title: string, value: Json) {
  return { title, json: jsonText(value) };
}

function fact(label: string, text: string): Fact {
  return { label, text };
}
