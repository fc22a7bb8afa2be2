/** TypeScript types: one interface or alias for each named type. */
import type { Catalog, GeneratedFile } from "../model.js";
import { documented } from "../typescript/code.js";
import { typeDeclarations } from "../typescript/compiled-types.js";
import { commentLines, typeDocumentation } from "../typescript/documentation.js";
import { protocolFile } from "../typescript/file.js";

/** Emits `types.ts`. */
export async function emitTypes(catalog: Catalog): Promise<readonly GeneratedFile[]> {
  const documentation = typeDocumentation(catalog);
  const texts = await typeDeclarations(catalog.types);
  const declarations = catalog.types.map((type, index) =>
    documented(commentLines(documentation(type)), texts[index] ?? ""),
  );
  return [protocolFile(catalog, { name: "types.ts", imports: [], declarations })];
}
