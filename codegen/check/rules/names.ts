/** The rule on names that cannot be used. */

import {
  camelCase,
  constantFault,
  declarationNames,
  entryNameFault,
  fileNameFault,
  memberFault,
  methodFault,
  typeNameFault,
  wireNameFault,
} from "../../catalog/naming.js";
import { join } from "../../json/pointer.js";
import { documentsOf, serviceOf } from "../../load/documents.js";
import type { Source } from "../../model.js";
import { constantsOf } from "./generated-names.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** unusable_name */
export const unusableName: Rule = {
  code: "unusable_name",
  *check(protocol) {
    yield* protocolNames(protocol);
    yield* fileNames(protocol);
    yield* typeNamesOf(protocol);
    yield* commandNames(protocol);
    yield* keyNames(protocol);
    yield* wireNames(protocol);
    yield* constantNames(protocol);
  },
};

function* protocolNames({ sources, document }: Protocol): Generator<Remark> {
  const source = sources.protocol;
  const [folder, file] = source.file.split("/");
  if (file !== undefined && folder !== document.name) {
    const message = `the protocol is called "${document.name}" and its folder "${folder}"`;
    yield { source, pointer: "/name", message, hint: "give both the same name" };
  }
  for (const section of ["tokens", "envelopes", "dialects", "services"] as const) {
    for (const name of Object.keys(document[section] ?? {})) {
      const message = entryNameFault(name) ?? (section === "services" ? serviceFault(name) : undefined);
      if (message !== undefined) yield { source, pointer: join("", section, name), message };
    }
  }
  for (const [index, { name }] of (document.address ?? []).entries()) {
    if (!takenParameters.includes(name)) continue;
    const message = `a part of the address cannot be called "${name}": messages fill that parameter themselves`;
    yield { source, pointer: join("/address", index, "name"), message };
  }
}

function serviceFault(name: string): string | undefined {
  return memberFault(declarationNames.member(name));
}

const takenParameters = ["event", "service", "command", "kind", "payload", "args", "source", "id", "timestamp"];

function* fileNames({ sources }: Protocol): Generator<Remark> {
  for (const source of sources.files) {
    const steps = source.file.split("/");
    const names = [
      steps.at(-1)?.slice(0, -".json".length) ?? "",
      ...(source.kind === "command" ? [serviceOf(source)] : []),
    ];
    const message = names.map(fileNameFault).find((fault) => fault !== undefined);
    const hint = wireKey[source.kind] && `rename the file, and set "${wireKey[source.kind]}" to the name on the wire`;
    if (message !== undefined) yield { source, pointer: "", message, hint };
  }
}

const wireKey: Partial<Record<Source["kind"], string>> = { event: "event", command: "command", lifecycle: "kind" };

function* typeNamesOf({ declarations }: Protocol): Generator<Remark> {
  for (const { source, pointer, name } of declarations.all) {
    const message = typeNameFault(name);
    const hint = pointer.startsWith("/$defs/") ? "rename it" : 'set "typeName"';
    if (message !== undefined) yield { source, pointer, message, hint };
  }
}

function* commandNames({ sources }: Protocol): Generator<Remark> {
  for (const { source, document, stem } of documentsOf(sources, "command")) {
    const message = methodFault(document.method ?? camelCase(stem));
    if (message !== undefined) yield { source, pointer: "/method", message, hint: 'set "method"' };
  }
}

function* keyNames({ sources }: Protocol): Generator<Remark> {
  for (const { source, document } of documentsOf(sources, "state")) {
    for (const [name, key] of Object.entries(document.keys)) {
      const pointer = join("/keys", name);
      const inReference = fileNameFault(name);
      if (inReference !== undefined)
        yield { source, pointer, message: inReference, hint: 'rename it, and set "key" to the name on the wire' };
      const message = methodFault(key.method ?? camelCase(name));
      if (message !== undefined) yield { source, pointer: join(pointer, "method"), message, hint: 'set "method"' };
    }
  }
}

function* wireNames({ sources }: Protocol): Generator<Remark> {
  const named = [
    ...documentsOf(sources, "event").map(({ source, document, stem }) => ({
      source,
      pointer: "/event",
      name: document.event ?? stem,
    })),
    ...documentsOf(sources, "lifecycle").map(({ source, document, stem }) => ({
      source,
      pointer: "/kind",
      name: document.kind ?? stem,
    })),
    ...documentsOf(sources, "command").flatMap(({ source, document, stem }) => [
      { source, pointer: "/command", name: document.command ?? stem },
      ...(document.aliases ?? []).map((name, index) => ({ source, pointer: join("/aliases", index), name })),
    ]),
  ];
  for (const { source, pointer, name } of named) {
    const message = wireNameFault(name);
    if (message !== undefined) yield { source, pointer, message };
  }
}

/** Constants of generated code that would have the name of a keyword. */
function* constantNames(protocol: Protocol): Generator<Remark> {
  for (const { name, source, pointer } of constantsOf(protocol)) {
    const message = constantFault(name);
    if (message !== undefined) yield { source, pointer, message, hint: "rename it" };
  }
}
