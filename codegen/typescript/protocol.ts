/** A protocol as constants: its tables one by one, so that a program may build a smaller protocol of them, and the whole. */

import { declarationNames } from "../catalog/naming.js";
import type { Catalog } from "../model.js";
import { type Code, documented, list, propertyName, record, recordOf } from "./code.js";
import { type Declaration, type Descriptors, nameOf } from "./descriptor.js";
import { commentLines } from "./documentation.js";
import { type Data, literal } from "./literal.js";

const tables = ["address", "tokens", "envelopes", "dialects"] as const;
type Table = (typeof tables)[number];

const descriptions: Readonly<Record<Table, string>> = {
  address: "The parts that say where a message belongs.",
  tokens: "How text becomes one token of a subject, a bucket or a key.",
  envelopes: "How messages are wrapped.",
  dialects: "Spellings of the subjects; the first is the default.",
};

/** The tables of a protocol: what is not about one message. */
export function tableDeclarations(catalog: Catalog): readonly Declaration[] {
  return [...usualTables(catalog), ...pacesTable(catalog), ...rolesTable(catalog)];
}

function usualTables(catalog: Catalog): readonly Declaration[] {
  const { address, tokens, envelopes, dialects } = catalog;
  const parts = address.map(({ description, ...part }) => described(description, literal(part)));
  return [
    table(catalog, "address", list(parts)),
    table(catalog, "tokens", entries(tokens, tokenRule)),
    table(catalog, "envelopes", entries(envelopes, wrapping)),
    table(catalog, "dialects", entries(dialects, spelling)),
  ];
}

function pacesTable({ name, paces }: Catalog): readonly Declaration[] {
  if (paces === undefined) return [];
  return [
    {
      name: declarationNames.table(name, "paces"),
      type: "Paces",
      typeArguments: [],
      value: entries(paces, ({ delay, jitter }) => ({ delay, jitter })),
      comment: commentLines({
        text: ["How fast commands may follow one another. Times are in ms."],
        origin: `${name}/protocol.json#/paces`,
      }),
    },
  ];
}

function rolesTable({ name, roles }: Catalog): readonly Declaration[] {
  if (roles === undefined) return [];
  const description = "Which lifecycle messages the runtime sends and reads by itself, and what it says in them.";
  const { messages, report, restart, poll } = roles;
  return [
    {
      name: declarationNames.table(name, "roles"),
      type: "Roles",
      typeArguments: [],
      value: literal({ messages, report, restart, poll }),
      comment: commentLines({ text: [description], origin: `${name}/protocol.json#/lifecycle` }),
    },
  ];
}

/** The protocol, made of all its messages. */
export function protocolDeclaration(descriptors: Descriptors): Declaration {
  const { name, version, hash, description, services, streams, paces, roles } = descriptors.catalog;
  return {
    name: declarationNames.protocol(name),
    type: "Protocol",
    typeArguments: [declarationNames.map(name, "contract")],
    value: record([
      ...Object.entries({ name, version, hash }).map(([key, value]) => [key, literal(value)] as const),
      ...tables.map((table) => [table, declarationNames.table(name, table)] as const),
      ["events", ofKind(descriptors, "event")],
      ["services", record(services.map((service) => [service.name, declarationNames.service(service.name)]))],
      ["lifecycle", ofKind(descriptors, "lifecycle")],
      ...(paces === undefined ? [] : [["paces", declarationNames.table(name, "paces")] as const]),
      ...(roles === undefined ? [] : [["roles", declarationNames.table(name, "roles")] as const]),
      ["state", ofKind(descriptors, "bucket")],
      ["streams", record(streams.map((stream) => [stream.name, declarationNames.stream(stream.name)]))],
    ]),
    comment: commentLines({ text: [description], origin: `${name}/protocol.json` }),
  };
}

function ofKind({ catalog, names }: Descriptors, kind: "event" | "lifecycle" | "bucket"): Code {
  const entries = catalog.messages.flatMap((message) =>
    message.kind === kind ? [[message.name, nameOf(names, message)] as const] : [],
  );
  return record(entries);
}

function table(catalog: Catalog, name: Table, value: Code): Declaration {
  return {
    name: declarationNames.table(catalog.name, name),
    type: "Protocol",
    typeArguments: [],
    member: name,
    value,
    comment: commentLines({ text: [descriptions[name]], origin: `${catalog.name}/protocol.json#/${name}` }),
  };
}

function entries<T extends { readonly description: string }>(
  given: Readonly<Record<string, T>>,
  content: (entry: T) => Data,
): Code {
  return recordOf(
    Object.entries(given).map(([name, entry]) =>
      described(entry.description, [`${propertyName(name)}: `, literal(content(entry))]),
    ),
  );
}

function described(description: string, code: Code): Code {
  return documented(commentLines({ text: [description] }), code);
}

function tokenRule({ steps, pattern }: Catalog["tokens"][string]): Data {
  return { steps, pattern };
}

function wrapping({ description: _, ...envelope }: Catalog["envelopes"][string]): Data {
  return envelope;
}

function spelling({ event, command, lifecycle }: Catalog["dialects"][string]): Data {
  return { event, command, lifecycle };
}
