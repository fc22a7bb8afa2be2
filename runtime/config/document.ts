/** Configuration files: YAML, of which JSON is a part. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from "yaml";
import { isDeeper } from "../protocol/codec.js";
import { maximumDepth } from "../value/validate.js";
import type { Draft } from "./draft.js";
import { stepsOf } from "./path.js";

/**
 * Reads the text of a file. What makes it no YAML is a finding.
 *
 * @param file how the file is called, for findings
 */
export function readDocument(text: string, file: string): Draft {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  // What follows the first error is most often only its consequence.
  const [fault] = document.errors;
  if (fault !== undefined) return unreadable(reasonOf(fault, text), at(fault.pos[0]));
  try {
    const value: unknown = document.toJS();
    if (isDeeper(value, maximumDepth)) {
      return unreadable(`it nests deeper than ${maximumDepth} levels, or contains itself`, file);
    }
    const place = (pointer: string) => `${at(offsetOf(document.contents, stepsOf(pointer)))} ${pointer}`.trimEnd();
    return { value, place, findings: [] };
  } catch (reason) {
    // Aliases that stand for nothing, or for more than anybody writes.
    return unreadable(reason instanceof Error ? reason.message : String(reason), file);
  }
}

/** What is wrong with a document, in words for who writes it. */
function reasonOf({ code, message, pos: [offset] }: YAMLError, text: string): string {
  if (code === "MULTIPLE_DOCS") return "it holds several documents, and is to be one";
  // Within braces and brackets, a brace that follows a dollar sign is one of YAML's own.
  if (text.startsWith("${", offset - 1)) return `within { } and [ ], a variable has quotes around it: "\${NAME}"`;
  return message;
}

/** What could not be read, and why. */
export function unreadable(why: string, place: string): Draft {
  return { value: undefined, place: () => place, findings: [{ pointer: "", message: `cannot be read: ${why}` }] };
}

/** Where a setting stands, or the nearest group around it. */
function offsetOf(root: unknown, steps: readonly string[]): number {
  let node = root;
  let offset = startOf(root) ?? 0;
  for (const step of steps) {
    const [name, value] = entryOf(node, step);
    const start = startOf(name);
    if (start === undefined) break;
    offset = start;
    node = value;
  }
  return offset;
}

/** What an entry of a map or a list begins with, and its value. */
function entryOf(node: unknown, step: string): readonly [name: unknown, value: unknown] {
  if (isSeq(node)) return [node.items[Number(step)], node.items[Number(step)]];
  const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
  return [pair?.key, pair?.value];
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
