/** Shapes as data in generated code: without notes, which nothing reads when running. */
import type { ObjectShape, Property, Rest, Shape } from "../../runtime/value/shape.js";
import { companionNames } from "../catalog/naming.js";
import { type Code, list, record } from "./code.js";
import { literal } from "./literal.js";

/** The expression that stands for a shape. A reference reaches its target through a function, because shapes may recur. */
export function shapeLiteral(shape: Shape): Code {
  switch (shape.kind) {
    case "any":
    case "null":
    case "boolean":
      return literal({ kind: shape.kind });
    case "number": {
      const { kind, integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = shape;
      return literal({ kind, integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum });
    }
    case "string": {
      const { kind, minLength, maxLength, pattern, format } = shape;
      return literal({ kind, minLength, maxLength, pattern, format });
    }
    case "literal":
      return literal({ kind: shape.kind, value: shape.value });
    case "enum":
      return literal({ kind: shape.kind, values: shape.values, open: shape.open });
    case "array": {
      const { minItems, maxItems } = shape;
      const limits = { minItems, maxItems };
      return record([...kind(shape), ["items", shapeLiteral(shape.items)], ...entries(limits)]);
    }
    case "object":
      return objectLiteral(shape);
    case "union": {
      const { discriminator } = shape;
      return record([
        ...kind(shape),
        ["members", list(shape.members.map(shapeLiteral))],
        ...entries({ discriminator }),
      ]);
    }
    case "reference":
      return record([
        ...kind(shape),
        ["name", literal(shape.name)],
        ["target", `() => ${companionNames.shape(shape.name)}`],
      ]);
  }
}

function objectLiteral(shape: ObjectShape): Code {
  return record([
    ...kind(shape),
    ["properties", list(shape.properties.map(propertyLiteral))],
    ["rest", restLiteral(shape.rest)],
  ]);
}

function propertyLiteral({ name, required, shape }: Property): Code {
  return record([...entries({ name, required }), ["shape", shapeLiteral(shape)]]);
}

function restLiteral(rest: Rest): Code {
  return rest.kind === "values"
    ? record([...kind(rest), ["shape", shapeLiteral(rest.shape)]])
    : literal({ kind: rest.kind });
}

type Entries = readonly (readonly [string, Code])[];

function kind(shape: { readonly kind: string }): Entries {
  return entries({ kind: shape.kind });
}

function entries(values: Readonly<Record<string, string | number | boolean | undefined>>): Entries {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, literal(value)] as const],
  );
}
