/** The identity of a contract: what it says about the wire, in one canonical form, hashed. Documentation has no part in it. */
import { createHash } from "node:crypto";

import type { Envelope } from "../../runtime/protocol/message.js";
import type { Json, LiteralShape, Notes, NumberShape, Rest, Shape, StringShape } from "../../runtime/value/shape.js";

/**
 * The first 16 hexadecimal digits of the SHA-256 of a value's canonical JSON.
 *
 * @param value the order of keys does not matter; the order of items does
 */
export function hash(value: Json): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}

// What is sorted by its canonical form is part of what is sorted again around it.
const canonicalForms = new WeakMap<object, string>();

/** JSON without white space, with keys sorted by code unit. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const known = canonicalForms.get(value);
  if (known !== undefined) return known;
  const form = Array.isArray(value) ? `[${value.map(canonical).join(",")}]` : canonicalObject(value);
  canonicalForms.set(value, form);
  return form;
}

function canonicalObject(value: object): string {
  const fields = Object.entries(value as Readonly<Record<string, Json>>)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(",")}}`;
}

const wireForms = new WeakMap<Shape, Json>();

/** A shape as far as it matters on the wire, with every type it leads to, each by its name. */
export function wireForm(shape: Shape): Json {
  const known = wireForms.get(shape);
  if (known !== undefined) return known;
  const form = formWithTypes(shape);
  wireForms.set(shape, form);
  return form;
}

function formWithTypes(shape: Shape): Json {
  const types = new Map<string, Json>();
  const collect = (name: string, target: () => Shape): void => {
    if (types.has(name)) return;
    // Taken before it is known: a type may lead back to itself.
    types.set(name, null);
    types.set(name, formOf(target(), collect));
  };
  return { form: formOf(shape, collect), types: Object.fromEntries(types) };
}

type Collect = (name: string, target: () => Shape) => void;

function formOf(shape: Shape, collect: Collect): Json {
  switch (shape.kind) {
    case "any":
    case "null":
    case "boolean":
      return { kind: shape.kind };
    case "number":
    case "string":
    case "literal":
      return withoutNotes(shape);
    case "enum":
      return { kind: "enum", open: shape.open, values: sorted(shape.values) };
    case "array":
      return {
        kind: "array",
        items: formOf(shape.items, collect),
        minItems: shape.minItems ?? null,
        maxItems: shape.maxItems ?? null,
      };
    case "object": {
      const properties = shape.properties.map(({ name, required, shape: field }) => ({
        name,
        required,
        shape: formOf(field, collect),
      }));
      return { kind: "object", properties: sorted(properties), rest: restForm(shape.rest, collect) };
    }
    case "union": {
      const members = sorted(shape.members.map((member) => formOf(member, collect)));
      return shape.discriminator === undefined
        ? { kind: "union", members }
        : { kind: "union", members, discriminator: shape.discriminator };
    }
    case "reference":
      collect(shape.name, shape.target);
      return { kind: "reference", name: shape.name };
  }
}

function restForm(rest: Rest, collect: Collect): Json {
  return rest.kind === "values" ? { kind: "values", shape: formOf(rest.shape, collect) } : { kind: rest.kind };
}

/** An envelope as far as it matters on the wire. */
export function envelopeForm(envelope: Envelope): Json {
  return envelope.kind === "event"
    ? { body: envelope.body }
    : { request: envelope.request, reply: envelope.reply ? { ...envelope.reply } : null };
}

/** A plain copy of a leaf, without what documentation says about it. */
function withoutNotes<S extends NumberShape | StringShape | LiteralShape>(shape: S): Json {
  const { description: _description, default: _default, examples: _examples, deprecated: _deprecated, ...form } = shape;
  return form as Omit<S, keyof Notes> & { readonly [key: string]: Json };
}

/** Where the order of a schema says nothing about the wire, the hash does not depend on it. */
function sorted(items: readonly Json[]): readonly Json[] {
  return items
    .map((item) => ({ item, text: canonical(item) }))
    .sort((left, right) => (left.text < right.text ? -1 : 1))
    .map(({ item }) => item);
}
