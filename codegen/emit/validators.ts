/** Validators: whether a value is accepted, decided by conditions that are compiled now, not when running. */
import type { Catalog, EmitOptions, GeneratedFile, NamedType } from "../model.js";
import { companionNames } from "../naming.js";
import { compileCheck, mentionsFields } from "../typescript/check.js";
import { type Code, documented, functionReturning, type Signature } from "../typescript/code.js";
import { typeComments } from "../typescript/documentation.js";
import { named, protocolFile, typeNamespace } from "../typescript/file.js";

/** Emits `validators.ts`. */
export function emitValidators(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const comment = typeComments(catalog);
  const primitives = new Set<string>();
  const declarations = catalog.types.flatMap((type): Code[] => {
    const check = compileCheck(type.name, type.shape, primitives);
    const validator = ["export ", functionReturning(signature(type), check.condition)];
    return [...check.declarations, documented(comment(type, `Whether a value is \`${type.name}\`.`), validator)];
  });
  const imports = [named([...primitives], runtimeModule, ["UnknownFields"]), typeNamespace("types", "./types.js")];
  return [protocolFile(catalog, { name: "validators.ts", imports, declarations })];
}

/** Every validator takes a value and `fields`; an underscore says that one makes no difference. */
function signature({ name, shape }: NamedType): Signature {
  const value = shape.kind === "any" ? "_value" : "value";
  const fields = mentionsFields(shape) ? "fields" : "_fields";
  return {
    name: companionNames.check(name),
    parameters: [`${value}: unknown`, `${fields}: UnknownFields`],
    returns: `${value} is types.${name}`,
  };
}
