/**
 * What a value may be: the portable subset of JSON Schema, resolved to a closed union.
 *
 * The generator reads schema files into shapes; generated code carries them as plain data; the runtime walks one only to
 * say *why* a value was refused. Whether it is refused is decided by a compiled `Check`, and both always agree.
 */
export type Shape =
  | AnyShape
  | NullShape
  | BooleanShape
  | NumberShape
  | StringShape
  | LiteralShape
  | EnumShape
  | ArrayShape
  | ObjectShape
  | UnionShape
  | ReferenceShape;

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a schema says about a value besides what it may be. Left out of generated code, used for documentation. */
export interface Notes {
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  /** What to use instead. Present only on what is deprecated. */
  readonly deprecated?: string;
}

/** Anything at all. Only where the protocol's content is free, and the description says so. */
export interface AnyShape extends Notes {
  readonly kind: "any";
}

/** Null, and nothing else. */
export interface NullShape extends Notes {
  readonly kind: "null";
}

/** True or false. */
export interface BooleanShape extends Notes {
  readonly kind: "boolean";
}

/** A finite number; with `integer`, a whole one that every language holds exactly: within +/-(2^53 - 1). 1.0 is whole. */
export interface NumberShape extends Notes {
  readonly kind: "number";
  readonly integer: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** Text. Lengths count code points; `pattern` is searched for, as JSON Schema does, with Unicode semantics. */
export interface StringShape extends Notes {
  readonly kind: "string";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** Exactly one value: `const`. */
export interface LiteralShape extends Notes {
  readonly kind: "literal";
  readonly value: string | number | boolean;
}

/** One of several values. An open one lists the known strings, and lets any other string through. */
export interface EnumShape extends Notes {
  readonly kind: "enum";
  readonly values: readonly (string | number)[];
  readonly open: boolean;
}

/** A list, all of whose items have one shape. */
export interface ArrayShape extends Notes {
  readonly kind: "array";
  readonly items: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Fields by name. */
export interface ObjectShape extends Notes {
  readonly kind: "object";
  /** In the schema's order. A list, not a record: a property may be called `__proto__`. */
  readonly properties: readonly Property[];
  readonly rest: Rest;
}

/** A field that the schema lists. A field whose value is `undefined` is absent. */
export interface Property {
  readonly name: string;
  readonly required: boolean;
  readonly shape: Shape;
}

/**
 * What fields beside the listed ones may be.
 *
 * - `unknown`: a reader ignores them, a writer must not send them (a schema that says nothing)
 * - `refused`: nobody may send them (`additionalProperties: false`)
 * - `free`: anybody may send them (`additionalProperties: true`)
 * - `values`: a map, whose values have a shape (`additionalProperties: {...}`)
 */
export type Rest =
  | { readonly kind: "unknown" | "refused" | "free" }
  | { readonly kind: "values"; readonly shape: Shape };

/** One of several shapes. With a discriminator, every member is an object (or a reference to one) that fixes that field. */
export interface UnionShape extends Notes {
  readonly kind: "union";
  readonly members: readonly Shape[];
  readonly discriminator?: string;
}

/** A shape that has a name of its own, declared once. `target` is a function because shapes may recur. */
export interface ReferenceShape extends Notes {
  readonly kind: "reference";
  readonly name: string;
  readonly target: () => Shape;
}

/** Whether fields that the schema does not list are let through: `tolerate` for what is received, `refuse` for what is sent. */
export type UnknownFields = "tolerate" | "refuse";

/** A validator compiled when the code was generated. */
export type Check<T> = (value: unknown, fields: UnknownFields) => value is T;
