/** A type test: the two sources of types, json-schema-to-typescript and TypeBox, must say the same. */

import { companionNames } from "../catalog/naming.js";
import type { Catalog, GeneratedFile, NamedType } from "../model.js";
import { type Code, documented, generic, members } from "../typescript/code.js";
import { protocolFile } from "../typescript/file.js";
import { typeNamespace, typesNamed } from "../typescript/modules.js";

/** Emits `agree.test-d.ts`: it compiles when they agree; otherwise the compiler names the type and the field. */
export function emitAgree(catalog: Catalog): readonly GeneratedFile[] {
  const imports = [
    typesNamed(["Static"], "@sinclair/typebox"),
    typeNamespace("schemas", "./schemas.js"),
    typeNamespace("types", "./types.js"),
  ];
  const agreed = "type Agreed<Type, Schema extends Type, Again extends Schema> = [Type, Schema, Again];";
  const declarations =
    catalog.types.length === 0
      ? []
      : [
          documented(["A type and a schema's type that can be assigned to one another."], agreed),
          documented(
            ["Every type with its schema's."],
            ["export interface Agreements ", members(catalog.types.map(agreement))],
          ),
        ];
  return [protocolFile(catalog, { name: "agree.test-d.ts", imports, declarations })];
}

function agreement({ name }: NamedType): Code {
  const schema = `Static<typeof schemas.${companionNames.schema(name)}>`;
  return [`${name}: `, generic("Agreed", [`types.${name}`, schema, `types.${name}`])];
}
