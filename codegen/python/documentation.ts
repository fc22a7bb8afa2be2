/** Docstrings: what the schema says about a thing, as lines between triple quotes. */
import type { Shape } from "../../runtime/value/shape.js";
import { type Documentation, fieldDocumentation, wrapLine } from "../typescript/documentation.js";
import { docstringText } from "./literal.js";

/** The lines of a docstring, the first of them apart; undefined when there is nothing to say. */
export interface Docstring {
  readonly first: string;
  readonly rest: readonly string[];
}

/** The docstring of a field. */
export function fieldDocstring(shape: Shape): Docstring | undefined {
  return docstring(fieldDocumentation(shape));
}

/** The docstring of an object inside a named type. */
export function partDocstring(typeName: string, { description, deprecated }: Shape): Docstring | undefined {
  return docstring({ text: [description ?? `An object in \`${typeName}\`.`], deprecated });
}

/** A docstring of paragraphs. */
export function docstring({ text, deprecated, origin }: Documentation): Docstring | undefined {
  const paragraphs = [
    ...text,
    deprecated === undefined ? undefined : `Deprecated: use ${deprecated}`,
    origin === undefined ? undefined : `Generated from ${origin}`,
  ].filter((paragraph) => paragraph !== undefined && paragraph.trim() !== "");
  const lines = paragraphs.flatMap((paragraph, index) => [...(index > 0 ? [""] : []), ...linesOf(String(paragraph))]);
  const [first, ...rest] = lines;
  if (first === undefined) return undefined;
  if (rest.length > 0) return { first: apartFromQuotes(first, "start"), rest };
  return { first: apartFromQuotes(apartFromQuotes(first, "start"), "end"), rest };
}

function linesOf(text: string): readonly string[] {
  return text
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .flatMap(wrapLine)
    .map(docstringText);
}

/** A quote beside the triple quotes would be taken for one of them. */
function apartFromQuotes(line: string, end: "start" | "end"): string {
  if (end === "start") return line.startsWith('"') ? ` ${line}` : line;
  return line.endsWith('"') ? `${line} ` : line;
}
