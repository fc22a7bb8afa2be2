/** What stands around a payload: writing a message from its parts, and reading the parts back. */
import { ProtocolError } from "../error.js";
import { isRecord, own } from "../value/validate.js";
import { pointerTo, type Violation } from "../value/violation.js";
import { describe, quote } from "../value/wording.js";
import type { Template } from "./message.js";

/** What was read: the values of the holes, without those that were absent; or why the body has another form. */
export type Reading =
  | { readonly matched: true; readonly values: Record<string, unknown> }
  | { readonly matched: false; readonly violation: Violation };

/** A template, ready to write and to read messages. */
export interface CompiledTemplate {
  /** The names of the holes, each once. */
  readonly holes: readonly string[];
  /**
   * The message with these values in its holes. A key that may be absent is left out when its hole has no value, or its
   * object nothing in it. Throws `invalid_argument` when any other hole has no value, and when a value to spread is not an
   * object or has a field that a key beside it names.
   */
  write(values: Readonly<Record<string, unknown>>): unknown;
  /**
   * The values in the holes of a message. Fields that the template does not name are let through. A hole in several places
   * must have equal values there.
   */
  read(body: unknown): Reading;
}

type Values = Record<string, unknown>;

/** A piece of a template, compiled. Where it stands is known, so no message needs more than a constant. */
interface Piece {
  /** The value to write; `undefined` when there is nothing to write. */
  write(values: Readonly<Values>): unknown;
  /** Puts what stands in holes into `values`. */
  read(value: unknown, values: Values): Violation | undefined;
}

/** Where a piece stands. */
interface Place {
  readonly pointer: string;
  readonly optional: boolean;
  /** The holes of the whole template, collected while it is compiled. */
  readonly holes: Set<string>;
}

/** One key of an object, or the fields that are spread into it. */
interface Entry {
  write(record: Values, values: Readonly<Values>): void;
  read(record: Values, values: Values): Violation | undefined;
}

const spreadKey = "...";
const holePattern = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/;

/** Compiles a template. Throws `invalid_argument` for one that cannot be written or read. */
export function compileTemplate(template: Template): CompiledTemplate {
  const collected = new Set<string>();
  const piece = compile(template, { pointer: "", optional: false, holes: collected });
  return {
    holes: [...collected],
    write: (values) => piece.write(values),
    read(body) {
      const values: Values = {};
      const violation = piece.read(body, values);
      return violation === undefined ? { matched: true, values } : { matched: false, violation };
    },
  };
}

function compile(template: Template, place: Place): Piece {
  if (typeof template === "string") {
    const name = holePattern.exec(template)?.[1];
    return name === undefined ? literal(template, place) : hole(name, place);
  }
  if (Array.isArray(template)) return list(template, place);
  return isRecord(template) ? object(template, place) : literal(template, place);
}

function literal(expected: unknown, { pointer }: Place): Piece {
  return {
    write: () => expected,
    read: (value) => (value === expected ? undefined : mismatch(pointer, describe(expected), value)),
  };
}

function hole(name: string, { pointer, optional, holes }: Place): Piece {
  if (name in Object.prototype) throw invalid(`a hole cannot be called ${name}`);
  const first = !holes.has(name);
  holes.add(name);
  return {
    write(values) {
      const value = values[name];
      if (value === undefined && !optional) throw invalid(`there is no value for {${name}}`);
      return value;
    },
    read(value, values) {
      if (!first && values[name] !== undefined && !isEqual(values[name], value)) {
        return { pointer, message: `must equal the other {${name}}, and is ${describe(value)}` };
      }
      values[name] = value;
      return undefined;
    },
  };
}

function list(templates: readonly Template[], { pointer, holes }: Place): Piece {
  const pieces = templates.map((template, index) =>
    compile(template, { pointer: pointerTo(pointer, index), optional: false, holes }),
  );
  return {
    write: (values) => pieces.map((piece) => piece.write(values)),
    read(value, values) {
      if (!Array.isArray(value)) return mismatch(pointer, "an array", value);
      if (value.length !== pieces.length) {
        return { pointer, message: `must have ${pieces.length} items, not ${value.length}` };
      }
      for (const [index, piece] of pieces.entries()) {
        const violation = piece.read(value[index], values);
        if (violation !== undefined) return violation;
      }
      return undefined;
    },
  };
}

function object(template: { readonly [key: string]: Template }, place: Place): Piece {
  const { pointer, optional } = place;
  const known = new Set(Object.keys(template).map(nameOf));
  const entries = Object.entries(template).map(([key, inner]) =>
    key === spreadKey ? spread(inner, known, place) : field(key, inner, place),
  );
  return {
    write(values) {
      const record: Values = {};
      for (const entry of entries) entry.write(record, values);
      return optional && Object.keys(record).length === 0 ? undefined : record;
    },
    read(value, values) {
      if (!isRecord(value)) return mismatch(pointer, "an object", value);
      for (const entry of entries) {
        const violation = entry.read(value, values);
        if (violation !== undefined) return violation;
      }
      return undefined;
    },
  };
}

function field(key: string, template: Template, { pointer, holes }: Place): Entry {
  const name = nameOf(key);
  const optional = key.endsWith("?");
  const place = { pointer: pointerTo(pointer, name), optional, holes };
  const piece = compile(template, place);
  const missing = optional ? undefined : { pointer: place.pointer, message: "is missing" };
  const inherited = name in Object.prototype;
  if (name === "__proto__") throw invalid("a key cannot be called __proto__");
  return {
    write(record, values) {
      const value = piece.write(values);
      if (value !== undefined) record[name] = value;
    },
    read(record, values) {
      const value = inherited ? own(record, name) : record[name];
      return value === undefined ? missing : piece.read(value, values);
    },
  };
}

function spread(template: Template, known: ReadonlySet<string>, { holes }: Place): Entry {
  const name = typeof template === "string" ? holePattern.exec(template)?.[1] : undefined;
  if (name === undefined) throw invalid(`what follows "${spreadKey}" must be a hole, not ${describe(template)}`);
  if (holes.has(name)) throw invalid(`{${name}} stands in several places, so it cannot be spread`);
  holes.add(name);
  return {
    write(record, values) {
      const value = values[name];
      if (value === undefined) return;
      if (!isRecord(value)) throw invalid(`{${name}} stands among other fields, so it must be an object`);
      for (const inner of Object.keys(value)) {
        if (known.has(inner)) throw invalid(`{${name}} cannot have the field ${quote(inner)}: the envelope has one`);
        put(record, inner, value[inner]);
      }
    },
    read(record, values) {
      const rest: Values = {};
      for (const inner of Object.keys(record)) {
        if (!known.has(inner)) put(rest, inner, record[inner]);
      }
      values[name] = rest;
      return undefined;
    },
  };
}

/** Sets a field, also one called `__proto__`, which an assignment would take for the prototype. */
function put(record: Values, name: string, value: unknown): void {
  if (name !== "__proto__") record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

function nameOf(key: string): string {
  return key.endsWith("?") ? key.slice(0, -1) : key;
}

function isEqual(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  }
  if (!isRecord(one) || !isRecord(other)) return one === other;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
  );
}

function mismatch(pointer: string, expected: string, value: unknown): Violation {
  return { pointer, message: `must be ${expected}, not ${describe(value)}` };
}

function invalid(problem: string): ProtocolError {
  return new ProtocolError("invalid_argument", `envelope: ${problem}`);
}
