/** TypeScript types: one interface or alias for each named type. */
import type { Catalog, GeneratedFile, NamedType } from "../model.js";
import { type Code, documented } from "../typescript/code.js";
import { compileTypes } from "../typescript/compiled-types.js";
import { typeComments } from "../typescript/documentation.js";
import { protocolFile } from "../typescript/file.js";
import type { LaidOutType } from "../typescript/type-layout.js";

/** Emits `types.ts`. */
export async function emitTypes(catalog: Catalog): Promise<readonly GeneratedFile[]> {
  const laidOut = new Map((await compileTypes(catalog.types)).map((type) => [type.name, type]));
  const comment = typeComments(catalog);
  const declarations = catalog.types.map((type) =>
    documented(comment(type), declaration(type, laidOut.get(type.name))),
  );
  return [protocolFile(catalog, { name: "types.ts", imports: [], declarations })];
}

function declaration({ name }: NamedType, type: LaidOutType | undefined): Code {
  if (type === undefined) {
    throw new Error(`internal: json-schema-to-typescript gave no type "${name}"; report this with the schema`);
  }
  return type.isObject ? [`export interface ${name} `, type.code] : [`export type ${name} = `, type.code, ";"];
}
