/** One JSON file, strictly read, with the place of every value in it. */
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

import type { Json } from "../../runtime/value/shape.js";
import { split } from "../json/pointer.js";

/** A line and a column, both counted from 1; columns in UTF-16 code units, as editors count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What makes a text no JSON, and where. */
export interface Fault extends Position {
  readonly code: "syntax" | "duplicate_key";
  readonly message: string;
}

/** A parsed file. With faults, `value` is null. */
export interface JsonSource {
  readonly value: Json;
  readonly faults: readonly Fault[];
  /** The position of the value at a pointer, or of the nearest value above it. */
  position(pointer: string): Position;
}

const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/**
 * Read the bytes of a JSON file.
 *
 * @param bytes what stands on disk
 */
export function parseJson(bytes: Uint8Array): JsonSource {
  const text = decode(bytes);
  if (typeof text !== "string") return { value: null, faults: [text], position: () => start };

  const locate = locator(text);
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined) {
    const message = `arrays and objects nest more than ${maximumDepth} deep here`;
    return { value: null, faults: [fault("syntax", message, locate(tooDeep))], position: () => start };
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, strict);
  const [error] = errors;
  // What follows the first error is most often only its consequence.
  const faults = error ? [fault("syntax", describe(error), locate(error.offset))] : tree ? faultsOf(tree, locate) : [];
  return {
    value: faults.length === 0 ? (JSON.parse(text) as Json) : null,
    faults,
    position: (pointer) => (tree ? locate(nearest(tree, pointer).offset) : start),
  };
}

const start: Position = { line: 1, column: 1 };

function decode(bytes: Uint8Array): string | Fault {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.startsWith("\uFEFF")) return text;
    return fault("syntax", "the file begins with a byte order mark", start);
  } catch {
    return fault("syntax", "the file is not UTF-8", start);
  }
}

// Far more than a schema needs, and far less than what overflows the stack of any of its readers.
const maximumDepth = 200;

/** The offset of the first bracket that opens too deep inside others. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const { 0: piece, index } of text.matchAll(/"(?:\\.|[^"\\])*"?|[[\]{}]/gsu)) {
    if (piece === "[" || piece === "{") depth += 1;
    else if (piece === "]" || piece === "}") depth -= 1;
    if (depth > maximumDepth) return index;
  }
  return undefined;
}

/** `CloseBraceExpected` as people say it: `close brace expected`. */
function describe(error: ParseError): string {
  return printParseErrorCode(error.error)
    .replace(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter}`)
    .toLowerCase();
}

/** What is JSON by its grammar, and still read differently by different programs. */
function faultsOf(node: Node, locate: (offset: number) => Position): readonly Fault[] {
  if (node.type === "number" && !Number.isFinite(node.value)) {
    return [fault("syntax", "this number is too large for any language", locate(node.offset))];
  }
  if (node.type === "string" && /\p{Surrogate}/u.test(String(node.value))) {
    return [fault("syntax", "this text has half a character in it", locate(node.offset))];
  }
  const inside = (node.children ?? []).flatMap((child) => faultsOf(child, locate));
  return node.type === "object" ? [...duplicates(node, locate), ...inside] : inside;
}

function duplicates(node: Node, locate: (offset: number) => Position): readonly Fault[] {
  const names = new Set<unknown>();
  return (node.children ?? []).flatMap(({ children: [key] = [] }) => {
    if (!key) return [];
    const isFirst = !names.has(key.value);
    names.add(key.value);
    return isFirst ? [] : [fault("duplicate_key", `the key "${key.value}" stands twice`, locate(key.offset))];
  });
}

function fault(code: Fault["code"], message: string, position: Position): Fault {
  return { code, message, ...position };
}

function nearest(tree: Node, pointer: string): Node {
  let node = tree;
  for (const step of split(pointer)) {
    const next = findNodeAtLocation(node, [node.type === "array" ? Number(step) : step]);
    if (!next) return node;
    node = next;
  }
  return node;
}

/** Offsets to positions, by binary search over the beginnings of the lines. */
function locator(text: string): (offset: number) => Position {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\n|\r/gu), (end) => end.index + end[0].length)];
}
