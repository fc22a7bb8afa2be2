/** JSDoc: what the schema says about a thing, as the lines of a comment. */
import type { Notes, Shape } from "../../runtime/value/shape.js";
import type { Catalog, Message, NamedType, Origin } from "../model.js";

/** What a comment is made from. */
export interface Documentation {
  /** Paragraphs; those that are undefined are left out. */
  readonly text: readonly (string | undefined)[];
  /** What to use instead. */
  readonly deprecated?: string | undefined;
  /** Where the schema says so. */
  readonly origin?: string;
}

/** With the frame and the indentation of a member, a line stays within 120 columns. */
const width = 110;

/** The lines of a comment, without its frame; none when there is nothing to say. */
export function commentLines({ text, deprecated, origin }: Documentation): readonly string[] {
  const paragraphs = text.filter((paragraph) => paragraph !== undefined && paragraph !== "");
  const tags = [
    ...(deprecated === undefined ? [] : [`@deprecated Instead: ${deprecated}`]),
    ...(origin === undefined ? [] : [`@generated from ${origin}`]),
  ];
  const blocks = [...paragraphs, ...(tags.length > 0 ? [tags.join("\n")] : [])];
  return blocks.flatMap((block, index) => [...(index > 0 ? [""] : []), ...wrap(String(block))]);
}

/** What a field's comment says: its own words, or else those of the type it refers to. */
export function fieldDocumentation(shape: Shape): Documentation {
  const { deprecated, default: usual } = shape;
  const assumed = usual === undefined ? undefined : `When absent: \`${JSON.stringify(usual)}\`.`;
  return { text: [described(shape), itemsDescribed(shape), assumed], deprecated };
}

/**
 * What comments on named types say: what the schema says about the message that carries one, and about the type. On what
 * goes with a type, `lead` says what that is, and the rest is shorter.
 */
export function typeDocumentation(catalog: Catalog): (type: NamedType, lead?: string) => Documentation {
  const purposes = new Map(catalog.messages.flatMap(purposesOf));
  return ({ name, shape, origin }, lead) => {
    const { description, deprecated } = shape;
    const purpose = purposes.get(name);
    const text = lead === undefined ? [purpose, description] : [`${lead} ${purpose ?? description ?? ""}`];
    return { text, deprecated, origin: originText(catalog, origin) };
  };
}

/** What each type of a message is for. */
export function purposesOf(message: Message): readonly (readonly [type: string, purpose: string])[] {
  const { name, description } = message;
  switch (message.kind) {
    case "event":
      return [[message.payload, `Event \`${name}\`: ${description}`]];
    case "lifecycle":
      return [[message.payload, `Lifecycle message \`${name}\`: ${description}`]];
    case "command":
      return [
        [message.args, `Arguments of \`${message.service}\` command \`${name}\`: ${description}`],
        [message.result, `Result of \`${message.service}\` command \`${name}\`: ${description}`],
      ];
    case "bucket":
      return message.keys.map((key) => [key.payload, `Bucket \`${name}\`, key \`${key.name}\`: ${key.description}`]);
    case "config":
      return [[message.payload, `Configuration \`${name}\`: ${description}`]];
  }
}

/** Where something was said, from the protocol's folder on: however the generator was called, the same text. */
export function originText({ name }: Pick<Catalog, "name">, { file, pointer }: Origin): string {
  const path = file.startsWith(`${name}/`) ? file : `${name}/${file}`;
  return pointer === "" ? path : `${path}#${pointer}`;
}

function described(shape: Shape): string | undefined {
  if (shape.description !== undefined || shape.kind !== "reference") return shape.description;
  return described(shape.target());
}

function itemsDescribed(shape: Shape): string | undefined {
  if (shape.kind !== "array" || shape.items.kind === "reference") return undefined;
  const { description }: Notes = shape.items;
  return description === undefined ? undefined : `Each: ${description}`;
}

/** Breaks long lines between words, and keeps the text from ending the comment it stands in. */
function wrap(text: string): readonly string[] {
  return text
    .replaceAll("*/", "*\\/")
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .flatMap(wrapLine);
}

/** A line, broken between words where it is longer than a comment should be. */
export function wrapLine(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/u)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
