/** Rules on what a protocol says beside its messages: known defects, the comparison with another client, what to show. */

import { camelCase } from "../../catalog/naming.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { documentsOf, serviceOf } from "../../load/documents.js";
import type { ParityMethod, Source } from "../../model.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** unknown_message */
export const unknownMessage: Rule = {
  code: "unknown_message",
  *check(protocol) {
    const methods = methodsByReference(protocol);
    const known = [...methods.keys()];
    for (const { source, pointer, name } of referencesIn(protocol)) {
      if (methods.has(name)) continue;
      const message = `there is no message ${name}`;
      yield { source, pointer, message, hint: suggestion(name, known) ?? "`list` prints what there is" };
    }
  },
};

/** repeated_entry */
export const repeatedEntry: Rule = {
  code: "repeated_entry",
  *check({ sources }) {
    for (const { source, document } of documentsOf(sources, "defects")) {
      const ids = document.defects.map(({ id }, index) => ({ name: id, pointer: join("/defects", index, "id") }));
      yield* repetitions(source, ids);
    }
    for (const { source, document } of documentsOf(sources, "parity")) {
      const names = document.methods.map(({ name }, index) => ({ name, pointer: join("/methods", index, "name") }));
      yield* repetitions(source, names);
    }
  },
};

function* repetitions(source: Source, entries: readonly Omit<Entry, "source">[]): Generator<Remark> {
  const taken = new Set<string>();
  for (const { name, pointer } of entries) {
    if (taken.has(name)) yield { source, pointer, message: `"${name}" is there already` };
    taken.add(name);
  }
}

/** missing_reason */
export const missingReason: Rule = {
  code: "missing_reason",
  *check(protocol) {
    const methods = methodsByReference(protocol);
    for (const { source, document } of documentsOf(protocol.sources, "parity")) {
      for (const [index, { name, ours, reason }] of document.methods.entries()) {
        const what = reason === undefined ? difference(name, calledHere(ours, methods)) : undefined;
        if (what === undefined) continue;
        yield { source, pointer: join("/methods", index), message: `"${name}" is ${what}, and no reason is given` };
      }
    }
  },
};

/** What a method is called in Python and in TypeScript; a command's method is called the same in both, but for its spelling. */
function calledHere(
  ours: ParityMethod["ours"],
  methods: ReadonlyMap<string, string | undefined>,
): readonly (string | undefined)[] {
  if (ours === null) return [undefined];
  if (typeof ours === "string") return [methods.get(ours)];
  return [ours.python, ours.typescript].map((member) => member?.split(".").at(-1));
}

function difference(name: string, called: readonly (string | undefined)[]): string | undefined {
  if (called.includes(undefined)) return "missing here";
  const other = called.find((each) => each !== undefined && camelCase(each) !== camelCase(name));
  return other && `called "${other}" here`;
}

interface Entry {
  readonly source: Source;
  readonly pointer: string;
  readonly name: string;
}

/** Every reference to a message. */
function referencesIn(protocol: Protocol): readonly Entry[] {
  const { sources } = protocol;
  const ofDefects = documentsOf(sources, "defects").flatMap(({ source, document }) =>
    document.defects.flatMap(({ messages = [] }, index) =>
      messages.map((name, place) => ({ source, name, pointer: join("/defects", index, "messages", place) })),
    ),
  );
  const ofMethods = documentsOf(sources, "parity").flatMap(({ source, document }) =>
    document.methods.flatMap(({ ours }, index) =>
      typeof ours === "string" ? [{ source, name: ours, pointer: join("/methods", index, "ours") }] : [],
    ),
  );
  return [...ofDefects, ...ofMethods, ...showcaseIn(protocol)];
}

function showcaseIn({ sources, document: { name, showcase } }: Protocol): readonly Entry[] {
  if (showcase === undefined) return [];
  return [{ source: sources.protocol, name: `${name}/events/${showcase.event}`, pointer: "/showcase/event" }];
}

/** The references of all messages, with the methods of those that have one. */
function methodsByReference({ sources, document }: Protocol): ReadonlyMap<string, string | undefined> {
  const named = (folder: string, stem: string) => `${document.name}/${folder}/${stem}`;
  const methods = new Map<string, string | undefined>();
  for (const { stem } of documentsOf(sources, "event")) methods.set(named("events", stem), undefined);
  for (const { stem } of documentsOf(sources, "lifecycle")) methods.set(named("lifecycle", stem), undefined);
  for (const { stem } of documentsOf(sources, "config")) methods.set(named("config", stem), undefined);
  for (const { source, stem, document: command } of documentsOf(sources, "command")) {
    methods.set(named(serviceOf(source), stem), command.method ?? camelCase(stem));
  }
  for (const { stem, document: bucket } of documentsOf(sources, "state")) {
    methods.set(named("state", stem), undefined);
    for (const [key, { method = camelCase(key) }] of Object.entries(bucket.keys)) {
      methods.set(named("state", `${stem}/${key}`), method);
    }
  }
  return methods;
}
