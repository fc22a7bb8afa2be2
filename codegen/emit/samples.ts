/** Samples: for each type, a function that makes a valid value of it. */
import { sampleValue } from "../../runtime/sample-value.js";
import type { Json, Shape } from "../../runtime/shape.js";
import type { Catalog, EmitOptions, GeneratedFile, NamedType } from "../model.js";
import { companionNames } from "../naming.js";
import { payloadsOf } from "../payloads.js";
import { type Code, call, documented, functionMaking } from "../typescript/code.js";
import { commentLines, originText } from "../typescript/documentation.js";
import { named, protocolFile, typeNamespace, typesNamed } from "../typescript/file.js";
import { literal } from "../typescript/literal.js";

/** Emits `samples.ts`. */
export function emitSamples(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const examples = new Map(payloadsOf(catalog).map(({ type, examples }) => [type.name, examples[0]]));
  const declarations = catalog.types.map((type) => {
    const comment = commentLines({ text: [`A valid \`${type.name}\`.`], origin: originText(catalog, type.origin) });
    return documented(comment, factory(type, examples.get(type.name) ?? sampleValue(type.shape)));
  });
  const imports = [
    typesNamed(["Overrides"], runtimeModule),
    named(["sample"], runtimeModule),
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
