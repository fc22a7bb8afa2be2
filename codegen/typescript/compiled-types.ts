/** Shapes to TypeScript types, by json-schema-to-typescript. */
import type { JSONSchema, Options } from "json-schema-to-typescript";

import type { ObjectShape, Shape } from "../../runtime/value/shape.js";
import { typeIdentity } from "../catalog/type-identity.js";
import { keep, recall } from "../memory.js";
import type { NamedType } from "../model.js";
import { type Code, print } from "./code.js";
import { commentLines, fieldDocumentation } from "./documentation.js";
import type { LaidOutType } from "./type-layout.js";

const options: Partial<Options> = { additionalProperties: false, bannerComment: "", format: false };

/**
 * The declarations of types, without the comments above them, in the given order.
 *
 * Those that no earlier run compiled are compiled at once, as members of one object. As members they need no name of their own,
 * which the compiler would respell (`Mp4file` to `Mp4File`); and all members get a stand-in for their name, because the
 * compiler fails at some, such as `hasOwnProperty`.
 */
export async function typeDeclarations(types: readonly NamedType[]): Promise<readonly string[]> {
  const known = types.map((type) => recall<string>(step, typeIdentity(type)));
  const made = await compile(types.filter((_, index) => known[index] === undefined));
  return types.map((type, index) => known[index] ?? keep(step, typeIdentity(type), made.get(type) ?? ""));
}

const step = "type";

async function compile(types: readonly NamedType[]): Promise<ReadonlyMap<NamedType, string>> {
  if (types.length === 0) return new Map();
  const names: string[] = [];
  const standIn: StandIn = (name) => `_${names.push(name) - 1}`;
  const members = types.map(({ name, shape }) => [standIn(name), schemaOf(shape, standIn)] as const);
  const whole = objectOf(
    members,
    members.map(([name]) => name),
  );
  // Both are only loaded when there is something to compile.
  const [{ compile: toTypeScript }, { layOutTypes }] = await Promise.all([
    import("json-schema-to-typescript"),
    import("./type-layout.js"),
  ]);
  const text = await toTypeScript(whole, "Types", options);
  const laidOut = layOutTypes(text, (written) => names[Number(written.slice(1))] ?? written);
  return new Map(types.map((type, index) => [type, print(declaration(type, laidOut[index]))]));
}

function declaration({ name }: NamedType, type: LaidOutType | undefined): Code {
  if (type?.name !== name) {
    throw new Error(`internal: json-schema-to-typescript gave no type "${name}"; report this with the schema`);
  }
  return type.isObject ? [`export interface ${name} `, type.code] : [`export type ${name} = `, type.code, ";"];
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
