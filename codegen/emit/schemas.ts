/** TypeBox schemas: the types again, as values, for libraries that speak TypeBox or JSON Schema. */
import type { Shape } from "../../runtime/value/shape.js";
import { camelCase, companionNames } from "../catalog/naming.js";
import { partsOf } from "../catalog/shape-parts.js";
import { groupTypes, type TypeGroup } from "../catalog/type-groups.js";
import { typeIdentity } from "../catalog/type-identity.js";
import type { Catalog, EmitOptions, GeneratedFile, NamedType } from "../model.js";
import { type Code, call, constant, documented, printOnce, record } from "../typescript/code.js";
import { commentLines, typeDocumentation } from "../typescript/documentation.js";
import { protocolFile } from "../typescript/file.js";
import { named } from "../typescript/modules.js";
import { schemaCall } from "../typescript/schema-call.js";

/** `within` is the module that a schema is taken from, when it is part of one. */
type Exported = (type: NamedType, within: string | null, value: () => Code) => Code;

/** Emits `schemas.ts`, in an order in which every schema stands after those it is made of. */
export function emitSchemas(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const documentation = typeDocumentation(catalog);
  const exported: Exported = (type, within, value) => {
    const said = documentation(type, `The schema of \`${type.name}\`.`);
    return printOnce("schema", [typeIdentity(type), JSON.stringify(said), within], () =>
      documented(commentLines(said), ["export ", constant(companionNames.schema(type.name), value())]),
    );
  };
  const declarations = groupTypes(catalog.types).flatMap((group) => declare(group, exported));
  const formats = catalog.types.some(({ shape }) => hasFormat(shape)) ? ["formats"] : [];
  const imports = [named(["Type"], "@sinclair/typebox"), named(formats, runtimeModule)];
  return [protocolFile(catalog, { name: "schemas.ts", imports, declarations })];
}

function declare({ types, recursive }: TypeGroup, exported: Exported): readonly Code[] {
  const [first, ...others] = types;
  if (first === undefined) return [];
  if (!recursive) return [exported(first, null, () => schemaCall(first.shape))];
  if (others.length === 0) return [exported(first, null, () => recursiveCall(first))];

  const within = new Map(types.map(({ name }) => [name, call("Type.Ref", [JSON.stringify(name)])]));
  const schemas = types.map(({ name, shape }) => [name, schemaCall(shape, within)] as const);
  const module = `${camelCase(first.name)}Module`;
  return [
    constant(module, call("Type.Module", [record(schemas)])),
    ...types.map((type) => exported(type, module, () => call(`${module}.Import`, [JSON.stringify(type.name)]))),
  ];
}

function recursiveCall({ name, shape }: NamedType): Code {
  const schema = ["(self) => ", schemaCall(shape, new Map([[name, "self"]]))];
  return call("Type.Recursive", [schema, record([["$id", JSON.stringify(name)]])]);
}

function hasFormat(shape: Shape): boolean {
  return shape.kind === "string" ? shape.format !== undefined : partsOf(shape).some(hasFormat);
}
