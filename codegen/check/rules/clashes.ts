/** The rule on names that stand side by side. */

import { camelCase } from "../../catalog/naming.js";
import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import { constantsOf, type Named, typesOf } from "./generated-names.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** name_clash */
export const nameClash: Rule = {
  code: "name_clash",
  *check(protocol) {
    const reported = new Set<string>();
    for (const remark of allClashes(protocol)) {
      const place = `${remark.source.file}#${remark.pointer}`;
      // Where a type clashes, its parts and its constant do too.
      if (!reported.has(place)) yield remark;
      reported.add(place);
    }
  },
};

function* allClashes(protocol: Protocol): Generator<Remark> {
  yield* clashes(typesOf(protocol), 'rename one, or set "typeName"');
  yield* clashes(constantsOf(protocol), "rename one");
  yield* clashes(stateMethods(protocol), 'set another "method"');
  yield* clashes(addressParts(protocol), "rename one");
  yield* clashes(streamNames(protocol), "rename one");
  yield* equals(wireNames(protocol, "event"));
  yield* equals(wireNames(protocol, "lifecycle"));
}

/** Names that are the same, or differ by case alone: one file to some systems, and one name to most readers. */
function* clashes(named: readonly Named[], hint: string): Generator<Remark> {
  for (const [other, { what, name, source, pointer }] of pairs(named, (text) => text.toLowerCase())) {
    const how = name === other.name ? "have one name" : "differ by case alone";
    yield {
      source,
      pointer,
      message: `${what} ${name} and ${other.what} ${other.name} of ${placeOf(other)} ${how}`,
      hint,
    };
  }
}

/** Names that are the same on the wire, where case counts. */
function* equals(named: readonly Named[]): Generator<Remark> {
  for (const [other, { what, name, source, pointer }] of pairs(named, (text) => text)) {
    yield { source, pointer, message: `${what} "${name}" is described in ${other.source.file} already` };
  }
}

/** Each name that comes to the same key as an earlier one, after that one. */
function pairs(named: readonly Named[], keyOf: (name: string) => string): readonly (readonly [Named, Named])[] {
  const taken = new Map<string, Named>();
  return named.flatMap((later) => {
    const earlier = taken.get(keyOf(later.name));
    if (earlier) return [[earlier, later] as const];
    taken.set(keyOf(later.name), later);
    return [];
  });
}

function placeOf({ source, pointer }: Named): string {
  return pointer === "" ? source.file : `${source.file}#${pointer}`;
}

function stateMethods({ sources }: Protocol): readonly Named[] {
  return documentsOf(sources, "state").flatMap(({ source, document }) =>
    Object.entries(document.keys).map(([key, { method }]) => ({
      what: "the method",
      name: method ?? camelCase(key),
      source,
      pointer: join("/keys", key),
    })),
  );
}

function addressParts({ sources, document }: Protocol): readonly Named[] {
  return (document.address ?? []).map(({ name }, index) => ({
    what: "the part",
    name,
    source: sources.protocol,
    pointer: join("/address", index),
  }));
}

/** As the server knows them. */
function streamNames({ sources }: Protocol): readonly Named[] {
  return documentsOf(sources, "stream").flatMap(({ source, document: { stream, deadLetters } }) => [
    { what: "the stream", name: stream, source, pointer: "/stream" },
    { what: "the stream", name: deadLetters.stream, source, pointer: "/deadLetters/stream" },
  ]);
}

function wireNames({ sources }: Protocol, kind: "event" | "lifecycle"): readonly Named[] {
  return kind === "event"
    ? documentsOf(sources, "event").map(({ source, document, stem }) => ({
        what: "the event",
        name: document.event ?? stem,
        source,
        pointer: "/event",
      }))
    : documentsOf(sources, "lifecycle").map(({ source, document, stem }) => ({
        what: "the lifecycle message",
        name: document.kind ?? stem,
        source,
        pointer: "/kind",
      }));
}
