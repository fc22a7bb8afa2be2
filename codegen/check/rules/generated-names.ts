/** The names that generated code declares, and where the schema gives rise to each. */

import { companionNames, declarationNames } from "../../catalog/naming.js";
import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import type { SourceKind } from "../../model.js";
import type { Protocol, Remark } from "./rule.js";

/** A name, and where it comes from. */
export interface Named extends Pick<Remark, "source" | "pointer"> {
  /** What it is the name of, as a sentence has it: `the type`. */
  readonly what: string;
  readonly name: string;
}

/** The types: what is declared, and what is made for services and for the protocol. */
export function typesOf({ declarations, sources, document }: Protocol): readonly Named[] {
  const declared = declarations.all.map(({ name, source, pointer }) => ({ what: "the type", name, source, pointer }));
  const parts = declared.flatMap((type) =>
    [companionNames.shape(type.name), companionNames.schema(type.name)].map((name) => ({
      ...type,
      what: `a part of ${type.name},`,
      name,
    })),
  );
  const services = Object.keys(document.services ?? {}).flatMap((service) =>
    [declarationNames.client(service), declarationNames.handlers(service)].map((name) => ({
      what: `a type of the service ${service},`,
      name,
      source: sources.protocol,
      pointer: join("/services", service),
    })),
  );
  const maps = (["address", "events", "lifecycle", "state", "streams", "contract"] as const).map((map) => ({
    what: "a type of the protocol,",
    name: declarationNames.map(document.name, map),
    source: sources.protocol,
    pointer: "/name",
  }));
  return [...maps, ...services, ...declared, ...parts];
}

/** The constants: one for each message, service, bucket and stream, and those of the protocol. */
export function constantsOf({ declarations, sources, document }: Protocol): readonly Named[] {
  const own = (name: string) => ({
    what: "a constant of the protocol,",
    name,
    source: sources.protocol,
    pointer: "/name",
  });
  const tables = (["address", "tokens", "envelopes", "dialects", "roles"] as const).map((table) =>
    own(declarationNames.table(document.name, table)),
  );
  const services = Object.keys(document.services ?? {}).map((service) => ({
    what: "the constant of the service,",
    name: declarationNames.service(service),
    source: sources.protocol,
    pointer: join("/services", service),
  }));
  const buckets = documentsOf(sources, "state").map(({ source, stem }) => ({
    what: "the constant of the bucket,",
    name: declarationNames.bucket(stem),
    source,
    pointer: "",
  }));
  const streams = documentsOf(sources, "stream").map(({ source, stem }) => ({
    what: "the constant of the stream,",
    name: declarationNames.stream(stem),
    source,
    pointer: "",
  }));
  const messages = declarations.all.flatMap(({ name, source, pointer }) => {
    if (pointer.startsWith("/$defs/") || pointer === "/result") return [];
    return [
      { what: "the constant of the message,", name: constantOf(document.name, source.kind, name), source, pointer },
    ];
  });
  return [own(declarationNames.protocol(document.name)), ...tables, ...services, ...buckets, ...streams, ...messages];
}

function constantOf(protocol: string, kind: SourceKind, type: string): string {
  if (kind === "command") return declarationNames.command(type);
  return kind === "config" ? declarationNames.config(protocol, type) : declarationNames.descriptor(type);
}
