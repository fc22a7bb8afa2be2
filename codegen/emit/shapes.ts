/** Shapes: what the runtime walks to say why a value was refused. */

import { companionNames } from "../catalog/naming.js";
import { typeIdentity } from "../catalog/type-identity.js";
import type { Catalog, EmitOptions, GeneratedFile, NamedType } from "../model.js";
import { type Code, constant, documented, printOnce } from "../typescript/code.js";
import { commentLines, type Documentation, typeDocumentation } from "../typescript/documentation.js";
import { protocolFile } from "../typescript/file.js";
import { typesNamed } from "../typescript/modules.js";
import { shapeLiteral } from "../typescript/shape-literal.js";

/** Emits `shapes.ts`. */
export function emitShapes(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const documentation = typeDocumentation(catalog);
  const declarations = catalog.types.map((type) =>
    declare(type, documentation(type, `The shape of \`${type.name}\`.`)),
  );
  return [protocolFile(catalog, { name: "shapes.ts", imports: [typesNamed(["Shape"], runtimeModule)], declarations })];
}

function declare(type: NamedType, documentation: Documentation): Code {
  return printOnce("shape", [typeIdentity(type), JSON.stringify(documentation)], () => {
    const name = companionNames.shape(type.name);
    return documented(commentLines(documentation), ["export ", constant(`${name}: Shape`, shapeLiteral(type.shape))]);
  });
}
