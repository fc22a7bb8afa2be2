/** Bytes to values and back: JSON in strict UTF-8, of limited size and depth. */
import { ProtocolError } from "../error.js";
import { maximumDepth } from "../value/validate.js";
import { pointerTo, type Violation } from "../value/violation.js";
import { describe } from "../value/wording.js";

// Malformed bytes are refused instead of replaced, and a byte order mark stays: JSON has none.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

// Where there is a Buffer it is more than twice as fast, and it writes the same bytes.
const toBytes =
  typeof Buffer === "undefined" ? (text: string) => encoder.encode(text) : (text: string) => Buffer.from(text);

/**
 * The JSON value in a message. Of repeated keys the last counts.
 *
 * @param maximumBytes how long a message may be
 * @throws ProtocolError `message_too_large`, or `malformed_message` for what is not UTF-8, not JSON, or nested too deep
 */
export function decode(data: Uint8Array, maximumBytes: number): unknown {
  const text = decodeText(data, maximumBytes);
  const value = parse(text);
  if (mayBeDeep(text) && isDeeper(value, maximumDepth)) {
    throw malformed(`the message nests deeper than ${maximumDepth} levels`);
  }
  return value;
}

/** The text in a message or key. Throws `message_too_large`, or `malformed_message` for what is not UTF-8. */
export function decodeText(data: Uint8Array, maximumBytes: number): string {
  if (data.length > maximumBytes) {
    const message = `the message has ${data.length} bytes, and the limit is ${maximumBytes}`;
    throw new ProtocolError("message_too_large", message);
  }
  try {
    return decoder.decode(data);
  } catch (reason) {
    throw malformed("the message is not UTF-8", reason);
  }
}

/**
 * A value as JSON. A field whose value is `undefined` is left out.
 *
 * @throws ProtocolError `invalid_argument` for what JSON cannot say: a function, a BigInt, a number that is not finite, a
 * value that contains itself or nests deeper than 100 levels, `undefined` anywhere but in a field
 */
export function encode(value: unknown): Uint8Array {
  const violation = unsayable(value, 0);
  if (violation !== undefined) {
    const where = violation.pointer === "" ? "the value" : violation.pointer;
    throw new ProtocolError("invalid_argument", `${where} ${violation.message}`, { violations: [violation] });
  }
  try {
    return toBytes(JSON.stringify(value));
  } catch (reason) {
    throw ProtocolError.from(reason, "invalid_argument");
  }
}

/** A text as bytes. Throws `invalid_argument` for half a surrogate pair, which UTF-8 cannot say. */
export function encodeText(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw new ProtocolError("invalid_argument", "the text contains half a character");
  return toBytes(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (reason) {
    throw malformed(`the message is not JSON: ${reason instanceof Error ? reason.message : reason}`, reason);
  }
}

/** Whether a text has enough brackets to nest too deep. Most have few, and counting is faster than looking at each value. */
function mayBeDeep(text: string): boolean {
  const arrays = count(text, "[");
  // A level of objects takes five characters, `{"":` and `}`: there is no need to count them in a short text.
  if (arrays + text.length / 5 <= maximumDepth) return false;
  return arrays + count(text, "{") > maximumDepth;
}

/** How often a character occurs; no more than it takes to nest too deep. */
function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1 && found <= maximumDepth; at = text.indexOf(character, at + 1))
    found++;
  return found;
}

/** Whether arrays and objects nest deeper than so many levels, as those do that contain themselves. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeper(item, levels - 1)) return true;
    return false;
  }
  const record = value as Record<string, unknown>;
  for (const name in record) if (isDeeper(record[name], levels - 1)) return true;
  return false;
}

/** What JSON cannot say about a value, if anything. Pointers are put together on the way back, so success costs nothing. */
function unsayable(value: unknown, depth: number): Violation | undefined {
  if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value) || value === null)
    return undefined;
  if (typeof value !== "object") return { pointer: "", message: `cannot be JSON: it is ${describe(value)}` };
  if (depth === maximumDepth) {
    return { pointer: "", message: `nests deeper than ${maximumDepth} levels, or contains itself` };
  }
  return Array.isArray(value) ? unsayableItem(value, depth) : unsayableField(value as Record<string, unknown>, depth);
}

function unsayableItem(items: readonly unknown[], depth: number): Violation | undefined {
  for (let index = 0; index < items.length; index++) {
    const inner = unsayable(items[index], depth + 1);
    if (inner !== undefined) return below(index, inner);
  }
  return undefined;
}

function unsayableField(record: Record<string, unknown>, depth: number): Violation | undefined {
  for (const name in record) {
    const value = record[name];
    const inner = value === undefined ? undefined : unsayable(value, depth + 1);
    // JSON has no use for what is inherited.
    if (inner !== undefined && Object.hasOwn(record, name)) return below(name, inner);
  }
  return undefined;
}

function below(name: string | number, { pointer, message }: Violation): Violation {
  return { pointer: pointerTo("", name) + pointer, message };
}

function malformed(message: string, cause?: unknown): ProtocolError {
  return new ProtocolError("malformed_message", message, { cause });
}
