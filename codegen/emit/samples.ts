/** Samples: for each type, a function that makes a valid value of it. */
import { sampleValue } from "../../runtime/value/sample-value.js";
import type { Json, Shape } from "../../runtime/value/shape.js";
import { companionNames } from "../catalog/naming.js";
import { payloadsOf } from "../catalog/payloads.js";
import { typeIdentity } from "../catalog/type-identity.js";
import type { Catalog, EmitOptions, GeneratedFile, NamedType } from "../model.js";
import { type Code, call, documented, functionMaking, printOnce } from "../typescript/code.js";
import { commentLines, originText } from "../typescript/documentation.js";
import { protocolFile } from "../typescript/file.js";
import { literal } from "../typescript/literal.js";
import { named, typeNamespace, typesNamed } from "../typescript/modules.js";

/** Emits `samples.ts`. */
export function emitSamples(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const examples = new Map(payloadsOf(catalog).map(({ type, examples }) => [type.name, examples[0]]));
  const declarations = catalog.types.map((type) => {
    const origin = originText(catalog, type.origin);
    const example = examples.get(type.name);
    return printOnce("sample", [typeIdentity(type), origin, example ?? null], () =>
      documented(
        commentLines({ text: [`A valid \`${type.name}\`.`], origin }),
        factory(type, example ?? sampleValue(type.shape)),
      ),
    );
  });
  const hasObjects = catalog.types.some(({ shape }) => isObject(shape));
  const imports = [
    typesNamed(hasObjects ? ["Overrides"] : [], runtimeModule),
    named(hasObjects ? ["sample"] : [], runtimeModule),
    typeNamespace("types", "./types.js"),
  ];
  return [protocolFile(catalog, { name: "samples.ts", imports, declarations })];
}

function factory({ name, shape }: NamedType, value: Json): Code {
  const returns = `types.${name}`;
  const factory = companionNames.sample(name);
  if (!isObject(shape)) {
    return ["export ", functionMaking({ name: factory, parameters: [], returns }, literal(value))];
  }
  const parameters = [`overrides?: Overrides<${returns}>`];
  const made = call(`sample<${returns}>`, [literal(value), "overrides"]);
  return ["export ", functionMaking({ name: factory, parameters, returns }, made)];
}

/** Of what is one of several forms, no field can be replaced on its own. */
function isObject(shape: Shape): boolean {
  return shape.kind === "reference" ? isObject(shape.target()) : shape.kind === "object";
}
