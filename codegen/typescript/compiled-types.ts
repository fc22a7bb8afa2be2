/** Shapes to TypeScript types, by json-schema-to-typescript. */
import { compile, type JSONSchema, type Options } from "json-schema-to-typescript";

import type { ObjectShape, Shape } from "../../runtime/shape.js";
import type { NamedType } from "../model.js";
import { commentLines, fieldDocumentation } from "./documentation.js";
import { type LaidOutType, layOutTypes } from "./type-layout.js";

const options: Partial<Options> = { additionalProperties: false, bannerComment: "", format: false };

/**
 * The types, laid out for readers, in the given order.
 *
 * All are compiled at once, as members of one object. As members they need no name of their own, which the compiler would
 * respell (`Mp4file` to `Mp4File`); and all members get a stand-in for their name, because the compiler fails at some, such
 * as `hasOwnProperty`.
 */
export async function compileTypes(types: readonly NamedType[]): Promise<readonly LaidOutType[]> {
  const names: string[] = [];
  const standIn: StandIn = (name) => `_${names.push(name) - 1}`;
  const members = types.map(({ name, shape }) => [standIn(name), schemaOf(shape, standIn)] as const);
  const text = await compile(
    objectOf(
      members,
      members.map(([name]) => name),
    ),
    "Types",
    options,
  );
  return layOutTypes(text, (written) => names[Number(written.slice(1))] ?? written);
}

/** Takes a name, and gives what stands for it. */
type StandIn = (name: string) => string;

/** What the compiler is told. Constraints are not: a type cannot say them, and an array's would become a tuple. */
function schemaOf(shape: Shape, standIn: StandIn): JSONSchema {
  switch (shape.kind) {
    case "any":
      return { tsType: "unknown" };
    case "null":
    case "boolean":
    case "number":
    case "string":
      return { type: shape.kind };
    case "literal":
      return { const: shape.value };
    case "enum":
      return shape.open ? { tsType: openUnion(shape.values) } : { enum: [...shape.values] };
    case "array":
      return { type: "array", items: schemaOf(shape.items, standIn) };
    case "object":
      return objectSchema(shape, standIn);
    case "union":
      return { anyOf: shape.members.map((member) => schemaOf(member, standIn)) };
    case "reference":
      return { tsType: shape.name };
  }
}

/** Any string, of which some are suggested: `string & {}` keeps the compiler from forgetting them. */
function openUnion(values: readonly (string | number)[]): string {
  return `(${[...values.map((value) => JSON.stringify(value)), "(string & {})"].join(" | ")})`;
}

function objectSchema({ properties, rest }: ObjectShape, standIn: StandIn): JSONSchema {
  const members = properties.map((property) => ({ ...property, name: standIn(property.name) }));
  return {
    ...objectOf(
      members.map(({ name, shape }) => [name, withComment(shape, standIn)]),
      members.filter((member) => member.required).map((member) => member.name),
    ),
    additionalProperties: rest.kind === "values" ? withComment(rest.shape, standIn) : rest.kind === "free",
  };
}

function objectOf(members: readonly (readonly [name: string, schema: JSONSchema])[], required: string[]): JSONSchema {
  return { type: "object", properties: Object.fromEntries(members), required };
}

function withComment(shape: Shape, standIn: StandIn): JSONSchema {
  const comment = commentLines(fieldDocumentation(shape));
  const schema = schemaOf(shape, standIn);
  return comment.length === 0 ? schema : { ...schema, description: comment.join("\n") };
}
