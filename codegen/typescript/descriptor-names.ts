/** What the descriptors of a protocol are called in generated code. */

import { constantNameFault, declarationNames } from "../catalog/naming.js";
import type { Catalog } from "../model.js";

/** The constant of each message and key, by its reference. */
export type DescriptorNames = ReadonlyMap<string, string>;

/**
 * Names for all descriptors. An event is called as on the wire, `opened`, as long as nothing else is called so and the
 * language lets it; else like its payload's type, `openedEvent`.
 */
export function descriptorNames(catalog: Catalog): DescriptorNames {
  const names = new Map(catalog.messages.flatMap((message) => fixedNames(catalog.name, message)));
  const events = catalog.messages.filter((message) => message.kind === "event");
  const taken = count([
    declarationNames.protocol(catalog.name),
    ...names.values(),
    ...catalog.services.map((service) => declarationNames.service(service.name)),
    ...catalog.streams.map((stream) => declarationNames.stream(stream.name)),
    ...(["address", "tokens", "envelopes", "dialects", "paces", "roles"] as const).map((table) =>
      declarationNames.table(catalog.name, table),
    ),
    ...events.flatMap(({ name, payload }) => [declarationNames.event(name), declarationNames.descriptor(payload)]),
  ]);
  for (const { ref, name, payload } of events) {
    const short = declarationNames.event(name);
    const usable = taken.get(short) === 1 && constantNameFault(short) === undefined;
    names.set(ref, usable ? short : declarationNames.descriptor(payload));
  }
  return names;
}

function fixedNames(
  protocol: string,
  message: Catalog["messages"][number],
): readonly (readonly [ref: string, name: string])[] {
  switch (message.kind) {
    case "event":
      return [];
    case "config":
      return [[message.ref, declarationNames.config(protocol, message.payload)]];
    case "lifecycle":
      return [[message.ref, declarationNames.descriptor(message.payload)]];
    case "command":
      return [[message.ref, declarationNames.command(message.args)]];
    case "bucket":
      return [
        [message.ref, declarationNames.bucket(message.name)],
        ...message.keys.map((key) => [key.ref, declarationNames.descriptor(key.payload)] as const),
      ];
  }
}

function count(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
