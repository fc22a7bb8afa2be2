/** Descriptors: every message as data, and the protocol that they make up. */

import { declarationNames } from "../catalog/naming.js";
import { remembered } from "../memory.js";
import type { Catalog, EmitOptions, GeneratedFile, Message } from "../model.js";
import { constant, documented, generic, print } from "../typescript/code.js";
import {
  type Declaration,
  type Descriptors,
  messageDeclarations,
  serviceDeclaration,
  streamDeclaration,
} from "../typescript/descriptor.js";
import { descriptorNames } from "../typescript/descriptor-names.js";
import { protocolFile } from "../typescript/file.js";
import { namespace, typeNamespace, typesNamed } from "../typescript/modules.js";
import { protocolDeclaration, tableDeclarations } from "../typescript/protocol.js";

/** Emits `messages.ts`. Every constant stands for itself, so that a bundler keeps only what a program uses. */
export function emitMessages(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const descriptors = { catalog, names: descriptorNames(catalog) };
  const declarations = [
    ...catalog.messages.flatMap((message) => ofMessage(descriptors, message)),
    ...catalog.services.map((service) => exported(serviceDeclaration(descriptors, service))),
    ...catalog.streams.map((stream) => exported(streamDeclaration(descriptors, stream))),
    ...tableDeclarations(catalog).map(exported),
    exported(protocolDeclaration(descriptors)),
  ];
  const imports = [
    typesNamed([...new Set(declarations.map(({ type }) => type))], runtimeModule),
    typesNamed([declarationNames.map(catalog.name, "contract")], "./client.js"),
    ...(catalog.messages.length === 0 ? [] : payloadModules),
  ];
  return [protocolFile(catalog, { name: "messages.ts", imports, declarations: declarations.map(({ code }) => code) })];
}

/** Where the parts of a payload are. */
const payloadModules = [
  namespace("shapes", "./shapes.js"),
  typeNamespace("types", "./types.js"),
  namespace("validators", "./validators.js"),
];

/** An exported constant, and the type that the runtime has for it. */
interface Exported {
  readonly type: string;
  readonly code: string;
}

function ofMessage({ catalog, names }: Descriptors, message: Message): readonly Exported[] {
  const refs = [message.ref, ...(message.kind === "bucket" ? message.keys.map((key) => key.ref) : [])];
  const own = refs.map((ref): [string, string] => [ref, names.get(ref) ?? ""]);
  return remembered("descriptor", [catalog.name, JSON.stringify(message), own], () =>
    messageDeclarations({ catalog, names: new Map(own) }, message).map(exported),
  );
}

function exported({ name, type, typeArguments, member, value, comment }: Declaration): Exported {
  const whole = typeArguments.length === 0 ? type : generic(type, typeArguments);
  const declared = member === undefined ? whole : [whole, `["${member}"]`];
  return { type, code: print(documented(comment, ["export ", constant([`${name}: `, declared], value)])) };
}
