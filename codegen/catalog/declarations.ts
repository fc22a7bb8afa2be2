/** Every type of a protocol that has a name: payloads, arguments, results, values, and the `$defs` of all files. */
import { posix } from "node:path";
import { join, split } from "../json/pointer.js";
import { documentsOf, rootSchemas, serviceOf } from "../load/documents.js";
import type { SchemaPlace } from "../load/schema.js";
import type { Source, Sources } from "../model.js";
import { typeNames } from "./naming.js";

/** A named type, before it is resolved. */
export interface Declaration extends SchemaPlace {
  readonly name: string;
  readonly source: Source;
}

/** The named types of a protocol. */
export interface Declarations {
  readonly all: readonly Declaration[];
  /**
   * What a `$ref` means.
   *
   * @param from the file that the reference stands in
   * @returns undefined when there is no such type
   */
  resolve(from: Source, reference: string): Declaration | undefined;
  /** The declaration at a place that is known to be one. */
  at(source: Source, pointer: string): Declaration;
}

/** Collect the named types. Names are made, not yet checked: two may be the same. */
export function declarationsOf(sources: Sources): Declarations {
  const names = chosenNames(sources);
  const byPlace = new Map<string, Declaration>();
  for (const source of [sources.protocol, ...sources.files]) {
    for (const { schema, pointer } of rootSchemas(source)) {
      const place = `${source.file}#${pointer}`;
      const name = names.get(place) ?? typeNames.definition(split(pointer).at(-1) ?? "");
      byPlace.set(place, { name, schema, source, pointer });
    }
  }
  return {
    all: [...byPlace.values()],
    resolve: (from, reference) => byPlace.get(placeOf(from, reference)),
    at(source, pointer) {
      const declaration = byPlace.get(`${source.file}#${pointer}`);
      if (!declaration) throw new Error(`no type is declared at ${source.file}#${pointer}`);
      return declaration;
    },
  };
}

/**
 * The file and pointer that a reference names, as `file#pointer`.
 *
 * @param from the file that the reference stands in
 */
export function placeOf(from: Source, reference: string): string {
  const [file = "", fragment = ""] = reference.split("#", 2);
  const target = file === "" ? from.file : posix.join(posix.dirname(from.file), file);
  return `${target}#${decodeFragment(fragment)}`;
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** The names of all types but the `$defs`, by `file#pointer`. */
function chosenNames(sources: Sources): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { source, document, stem } of documentsOf(sources, "event")) {
    names.set(`${source.file}#/payload`, document.typeName ?? typeNames.event(stem));
  }
  for (const { source, document, stem } of documentsOf(sources, "lifecycle")) {
    names.set(`${source.file}#/payload`, document.typeName ?? typeNames.lifecycle(stem));
  }
  for (const { source, document, stem } of documentsOf(sources, "command")) {
    const base = document.typeName ?? typeNames.command(serviceOf(source), stem);
    names.set(`${source.file}#/args`, `${base}Args`);
    names.set(`${source.file}#/result`, `${base}Result`);
  }
  for (const { source, document, stem } of documentsOf(sources, "state")) {
    for (const [key, entry] of Object.entries(document.keys)) {
      names.set(`${source.file}#${join("/keys", key, "value")}`, entry.typeName ?? typeNames.key(stem, key));
    }
  }
  for (const { source, document, stem } of documentsOf(sources, "config")) {
    names.set(`${source.file}#/value`, document.typeName ?? typeNames.config(stem));
  }
  return names;
}
