/** What a protocol holds, told by its files without a catalog: for those who ask at every key. */
import {
  type CommandDocument,
  type DocumentFile,
  documentsOf,
  protocolOf,
  rootSchemas,
  serviceOf,
} from "../load/documents.js";
import { walk } from "../load/schema.js";
import type { Source, Sources } from "../model.js";
import { placeOf } from "./declarations.js";
import { camelCase } from "./naming.js";
import { referenceOf } from "./reference.js";

/** A command that there is. Its file is read when its description is asked for. */
export interface OutlinedCommand {
  readonly ref: string;
  /** The references that its method and its other names make. Its file is read for them. */
  readonly others: readonly string[];
  readonly description: string;
  readonly source: Source;
}

/** The commands of a protocol. */
export function outlinedCommands(sources: Sources): readonly OutlinedCommand[] {
  const { name } = protocolOf(sources);
  return documentsOf(sources, "command").map((file) => ({
    ref: referenceOf(name, file),
    source: file.source,
    get others() {
      const { command, method = camelCase(file.stem), aliases = [] } = file.document;
      const names = [...(command === undefined ? [] : [command]), method, ...aliases];
      return names.map((other) => `${name}/${serviceOf(file.source)}/${other}`);
    },
    get description() {
      return file.document.description;
    },
  }));
}

/** The references of all values of a protocol that can be checked. */
export function outlinedValues(sources: Sources): readonly string[] {
  const { name } = protocolOf(sources);
  const whole = (["event", "lifecycle", "config"] as const).flatMap((kind) => documentsOf(sources, kind));
  return [
    ...whole.map((file) => referenceOf(name, file)),
    ...documentsOf(sources, "state").flatMap((file) =>
      Object.keys(file.document.keys).map((key) => `${referenceOf(name, file)}/${key}`),
    ),
    ...documentsOf(sources, "command").flatMap((file) =>
      partsOf(sources, file).map((part) => `${referenceOf(name, file)}/${part}`),
    ),
  ].toSorted();
}

/** The values of a command: what a caller gives and gets, and the whole messages, as far as its envelope has them. */
function partsOf(sources: Sources, { source, document }: DocumentFile<CommandDocument>): readonly string[] {
  const { envelopes, services = {} } = protocolOf(sources);
  const envelope = envelopes[document.envelope ?? services[serviceOf(source)]?.envelope ?? ""];
  if (envelope?.kind !== "command") return ["args", "result"];
  return ["args", "result", "request", ...(envelope.reply === undefined ? [] : ["reply"])];
}

/** A protocol of one file, with all that it refers to: a catalog of it is made in no time. */
export function sourcesOf(sources: Sources, source: Source): Sources {
  const byPath = new Map(sources.files.map((each) => [each.file, each]));
  const needed = new Set<Source>();
  const follow = (each: Source) => {
    if (needed.has(each)) return;
    needed.add(each);
    for (const file of filesNamedIn(each)) {
      const next = byPath.get(file);
      if (next !== undefined) follow(next);
    }
  };
  follow(source);
  follow(sources.protocol);
  return { ...sources, files: sources.files.filter((each) => needed.has(each)) };
}

function filesNamedIn(source: Source): readonly string[] {
  return rootSchemas(source).flatMap((root) =>
    [...walk(root)].flatMap(({ schema: { $ref } }) => {
      return $ref === undefined ? [] : [placeOf(source, $ref).split("#")[0] ?? ""];
    }),
  );
}
