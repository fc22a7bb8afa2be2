/** Schemas to shapes: references become closures, `allOf` is merged, constraints go to the member they apply to. */
import type {
  EnumShape,
  Notes,
  ObjectShape,
  Property,
  Rest,
  Shape,
  StringShape,
  UnionShape,
} from "../../runtime/value/shape.js";
import { type JsonType, type Schema, typesOf } from "../load/schema.js";
import type { Source } from "../model.js";
import type { Declaration, Declarations } from "./declarations.js";

/**
 * Reads the schemas of one protocol into shapes, each once.
 *
 * What the rules refuse is read as leniently as can be, so that a rule may ask for a shape before all others have passed:
 * an unknown reference is anything, a member of `allOf` that is no object adds nothing.
 */
export class ShapeReader {
  readonly #declarations: Declarations;
  readonly #known = new WeakMap<Schema, Shape>();
  readonly #merging = new Set<Declaration>();

  constructor(declarations: Declarations) {
    this.#declarations = declarations;
  }

  /** The shape of a named type. */
  of(declaration: Declaration): Shape {
    return this.read(declaration.schema, declaration.source);
  }

  /**
   * The shape of any schema, the same one each time.
   *
   * @param source the file it stands in, for its references
   */
  read(schema: Schema, source: Source): Shape {
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const shape = { ...this.#body(schema, source), ...notesOf(schema) };
    this.#known.set(schema, shape);
    return shape;
  }

  #body(schema: Schema, source: Source): Shape {
    if (schema.$ref !== undefined) return this.#reference(schema.$ref, source);
    if (schema.allOf) return this.#merged(schema, schema.allOf, source);
    const members = schema.oneOf ?? schema.anyOf;
    if (members) return this.#union(schema, members, source);
    if (schema.const !== undefined) {
      return schema.const === null ? { kind: "null" } : { kind: "literal", value: schema.const };
    }
    if (schema.enum) return { kind: "enum", values: schema.enum, open: false };
    const [type, ...more] = typesOf(schema);
    if (type === undefined) return { kind: "any" };
    if (more.length === 0) return this.#ofType(type, schema, source);
    return { kind: "union", members: [type, ...more].map((member) => this.#ofType(member, schema, source)) };
  }

  #reference(target: string, source: Source): Shape {
    const declaration = this.#declarations.resolve(source, target);
    if (!declaration) return { kind: "any" };
    return { kind: "reference", name: declaration.name, target: () => this.of(declaration) };
  }

  #union(schema: Schema, members: readonly Schema[], source: Source): UnionShape {
    const union = { kind: "union", members: members.map((member) => this.read(member, source)) } as const;
    return schema.discriminator ? { ...union, discriminator: schema.discriminator.propertyName } : union;
  }

  #ofType(type: JsonType, schema: Schema, source: Source): Shape {
    switch (type) {
      case "null":
      case "boolean":
        return { kind: type };
      case "integer":
      case "number":
        return { kind: "number", integer: type === "integer", ...pick(schema, bounds) };
      case "string":
        return textOf(schema);
      case "array": {
        const items: Shape = schema.items ? this.read(schema.items, source) : { kind: "any" };
        return { kind: "array", items, ...pick(schema, ["minItems", "maxItems"]) };
      }
      case "object":
        return { kind: "object", properties: this.#properties(schema, source), rest: this.#rest(schema, source) };
    }
  }

  #properties(schema: Schema, source: Source): readonly Property[] {
    const required = new Set(schema.required);
    return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
      name,
      required: required.has(name),
      shape: this.read(property, source),
    }));
  }

  #rest(schema: Schema, source: Source): Rest {
    const rule = schema.additionalProperties;
    if (typeof rule === "object") return { kind: "values", shape: this.read(rule, source) };
    if (rule !== undefined) return { kind: rule ? "free" : "refused" };
    return { kind: schema.properties === undefined && schema["x-free"] ? "free" : "unknown" };
  }

  #merged(schema: Schema, members: readonly Schema[], source: Source): ObjectShape {
    const parts = members.flatMap((member) => this.#objectOf(member, source) ?? []);
    const properties = [...parts.flatMap((part) => part.properties), ...this.#properties(schema, source)];
    const required = new Set(schema.required);
    const byName = new Map<string, Property>();
    for (const property of properties) {
      if (property.required) required.add(property.name);
      byName.set(property.name, byName.get(property.name) ?? property);
    }
    return {
      kind: "object",
      properties: [...byName.values()].map((property) => ({ ...property, required: required.has(property.name) })),
      rest: parts.find((part) => part.rest.kind === "free")?.rest ?? this.#rest(schema, source),
    };
  }

  /** The object that a member of `allOf` is, through its references; undefined when it is none, or is made of itself. */
  #objectOf(schema: Schema, source: Source): ObjectShape | undefined {
    const declaration = schema.$ref === undefined ? undefined : this.#declarations.resolve(source, schema.$ref);
    if (!declaration) {
      const shape = this.read(schema, source);
      return shape.kind === "object" ? shape : undefined;
    }
    if (this.#merging.has(declaration)) return undefined;
    this.#merging.add(declaration);
    try {
      return this.#objectOf(declaration.schema, declaration.source);
    } finally {
      this.#merging.delete(declaration);
    }
  }
}

const bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] as const;

function textOf(schema: Schema): StringShape | EnumShape {
  const values = schema["x-known-values"];
  if (values) return { kind: "enum", values, open: true };
  return { kind: "string", ...pick(schema, ["minLength", "maxLength", "pattern", "format"]) };
}

function notesOf(schema: Schema): Notes {
  const deprecated = schema["x-deprecated"];
  const notes = pick(schema, ["description", "default", "examples"]);
  return deprecated === undefined ? notes : { ...notes, deprecated };
}

type Picked<K extends keyof Schema> = { [key in K]?: Exclude<Schema[key], undefined> };

/** The keywords that a schema has, of those that matter here. */
function pick<K extends keyof Schema>(schema: Schema, keywords: readonly K[]): Picked<K> {
  const picked: Partial<Pick<Schema, K>> = {};
  for (const keyword of keywords) if (schema[keyword] !== undefined) picked[keyword] = schema[keyword];
  return picked as Picked<K>;
}
