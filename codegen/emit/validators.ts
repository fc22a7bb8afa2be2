/** Validators: whether a value is accepted, decided by conditions that are compiled now, not when running. */

import { companionNames } from "../catalog/naming.js";
import { typeIdentity } from "../catalog/type-identity.js";
import { remembered } from "../memory.js";
import type { Catalog, EmitOptions, GeneratedFile, NamedType } from "../model.js";
import { compileCheck } from "../typescript/check.js";
import { documented, functionReturning, paragraphs, print, type Signature } from "../typescript/code.js";
import { commentLines, type Documentation, typeDocumentation } from "../typescript/documentation.js";
import { protocolFile } from "../typescript/file.js";
import { named, typeNamespace } from "../typescript/modules.js";
import { mentionsFields } from "../typescript/shape-questions.js";

/** Emits `validators.ts`. */
export function emitValidators(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const documentation = typeDocumentation(catalog);
  const validators = catalog.types.map((type) =>
    validatorOf(type, documentation(type, `Whether a value is \`${type.name}\`.`)),
  );
  const primitives = new Set(validators.flatMap((validator) => validator.primitives));
  const imports = [named([...primitives], runtimeModule, ["UnknownFields"]), typeNamespace("types", "./types.js")];
  const declarations = validators.map(({ code }) => code);
  return [protocolFile(catalog, { name: "validators.ts", imports, declarations })];
}

interface Validator {
  readonly code: string;
  /** What it uses of the runtime. */
  readonly primitives: readonly string[];
}

function validatorOf(type: NamedType, documentation: Documentation): Validator {
  return remembered("validator", [typeIdentity(type), JSON.stringify(documentation)], () => {
    const primitives = new Set<string>();
    const check = compileCheck(type.name, type.shape, primitives);
    const validator = documented(commentLines(documentation), [
      "export ",
      functionReturning(signature(type), check.condition),
    ]);
    return { code: print(paragraphs([...check.declarations, validator])), primitives: [...primitives] };
  });
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
