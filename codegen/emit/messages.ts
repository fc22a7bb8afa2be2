/** Descriptors: every message as data, and the protocol that they make up. */
import type { Catalog, EmitOptions, GeneratedFile } from "../model.js";
import { declarationNames } from "../naming.js";
import { type Code, constant, documented, generic } from "../typescript/code.js";
import { type Declaration, messageDeclarations, serviceDeclaration } from "../typescript/descriptor.js";
import { descriptorNames } from "../typescript/descriptor-names.js";
import { namespace, protocolFile, typeNamespace, typesNamed } from "../typescript/file.js";
import { protocolDeclaration, tableDeclarations } from "../typescript/protocol.js";

/** Emits `messages.ts`. Every constant stands for itself, so that a bundler keeps only what a program uses. */
export function emitMessages(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const descriptors = { catalog, names: descriptorNames(catalog) };
  const declarations = [
    ...catalog.messages.flatMap((message) => messageDeclarations(descriptors, message)),
    ...catalog.services.map((service) => serviceDeclaration(descriptors, service)),
    ...tableDeclarations(catalog),
    protocolDeclaration(descriptors),
  ];
  const imports = [
    typesNamed([...new Set(declarations.map((declaration) => declaration.type))], runtimeModule),
    typesNamed([declarationNames.map(catalog.name, "contract")], "./client.js"),
    namespace("shapes", "./shapes.js"),
    typeNamespace("types", "./types.js"),
    namespace("validators", "./validators.js"),
  ];
  return [protocolFile(catalog, { name: "messages.ts", imports, declarations: declarations.map(exported) })];
}

function exported({ name, type, typeArguments, member, value, comment }: Declaration): Code {
  const whole = typeArguments.length === 0 ? type : generic(type, typeArguments);
  const declared = member === undefined ? whole : [whole, `["${member}"]`];
  return documented(comment, ["export ", constant([`${name}: `, declared], value)]);
}
