/** Shapes: what the runtime walks to say why a value was refused. */
import type { Catalog, EmitOptions, GeneratedFile } from "../model.js";
import { companionNames } from "../naming.js";
import { constant, documented } from "../typescript/code.js";
import { typeComments } from "../typescript/documentation.js";
import { protocolFile, typesNamed } from "../typescript/file.js";
import { shapeLiteral } from "../typescript/shape-literal.js";

/** Emits `shapes.ts`. */
export function emitShapes(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const comment = typeComments(catalog);
  const declarations = catalog.types.map((type) =>
    documented(comment(type, `The shape of \`${type.name}\`.`), [
      "export ",
      constant(`${companionNames.shape(type.name)}: Shape`, shapeLiteral(type.shape)),
    ]),
  );
  return [protocolFile(catalog, { name: "shapes.ts", imports: [typesNamed(["Shape"], runtimeModule)], declarations })];
}
