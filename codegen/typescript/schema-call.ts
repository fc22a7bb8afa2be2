/** Shapes as calls of TypeBox's builder. */
import type { Notes, NumberShape, ObjectShape, Shape, StringShape } from "../../runtime/value/shape.js";
import { companionNames } from "../catalog/naming.js";
import { type Code, call, list, record } from "./code.js";
import { literal } from "./literal.js";

type Options = readonly (readonly [name: string, value: Code])[];

/**
 * The expression that builds the schema of a shape. What is said beside a reference is left out: the builder has no way to
 * put it beside a schema that stands elsewhere.
 *
 * @param within how types are referred to that the schema is itself a part of
 */
export function schemaCall(shape: Shape, within: ReadonlyMap<string, Code> = new Map()): Code {
  const inner = (part: Shape) => schemaCall(part, within);
  const notes = noteOptions(shape);
  switch (shape.kind) {
    case "any":
      return type("Unknown", [], notes);
    case "null":
      return type("Null", [], notes);
    case "boolean":
      return type("Boolean", [], notes);
    case "number":
      return type(shape.integer ? "Integer" : "Number", [], [...limits(shape), ...notes]);
    case "string":
      return stringCall(shape, notes);
    case "literal":
      return type("Literal", [literal(shape.value)], notes);
    case "enum": {
      const values = shape.values.map((value) => type("Literal", [literal(value)], []));
      return union(shape.open ? [...values, "Type.String()"] : values, notes);
    }
    case "array": {
      const { minItems, maxItems } = shape;
      return type("Array", [inner(shape.items)], [...options({ minItems, maxItems }), ...notes]);
    }
    case "object":
      return objectCall(shape, inner, notes);
    case "union":
      return union(shape.members.map(inner), notes);
    case "reference":
      return within.get(shape.name) ?? companionNames.schema(shape.name);
  }
}

function limits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberShape): Options {
  return options({ minimum, maximum, exclusiveMinimum, exclusiveMaximum });
}

/** A format is given as its grammar: TypeBox refuses every text of a format that nobody registered with it. */
function stringCall({ minLength, maxLength, pattern, format }: StringShape, notes: Options): Code {
  const lengths = options({ minLength, maxLength });
  const grammar: Options = format === undefined ? [] : [["pattern", `formats[${JSON.stringify(format)}]`]];
  if (pattern === undefined || format === undefined) {
    return type("String", [], [...lengths, ...options({ pattern }), ...grammar, ...notes]);
  }
  const both = [type("String", [], [...lengths, ...options({ pattern })]), type("String", [], grammar)];
  return type("Intersect", [list(both)], notes);
}

function objectCall({ properties, rest }: ObjectShape, inner: (part: Shape) => Code, notes: Options): Code {
  if (rest.kind === "values" && properties.length === 0) {
    return type("Record", ["Type.String()", inner(rest.shape)], notes);
  }
  const fields = record(
    properties.map(({ name, required, shape }) => {
      return [name, required ? inner(shape) : call("Type.Optional", [inner(shape)])];
    }),
  );
  const closed = { unknown: undefined, free: "true", refused: "false", values: undefined }[rest.kind];
  const additional = rest.kind === "values" ? inner(rest.shape) : closed;
  return type(
    "Object",
    [fields],
    [...(additional === undefined ? [] : [["additionalProperties", additional] as const]), ...notes],
  );
}

function union(members: readonly Code[], notes: Options): Code {
  return type("Union", [list(members)], notes);
}

function type(builder: string, args: readonly Code[], given: Options): Code {
  return call(`Type.${builder}`, given.length === 0 ? args : [...args, record(given)]);
}

function noteOptions({ description, default: usual, examples, deprecated }: Notes): Options {
  return [
    ...options({ description, deprecated: deprecated === undefined ? undefined : true }),
    ...(usual === undefined ? [] : [["default", literal(usual)] as const]),
    ...(examples === undefined ? [] : [["examples", literal(examples)] as const]),
  ];
}

function options(values: Readonly<Record<string, string | number | boolean | undefined>>): Options {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, literal(value)] as const],
  );
}
