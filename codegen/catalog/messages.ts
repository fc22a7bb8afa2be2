/** The messages of a protocol: each file with its defaults filled in, its subjects in every dialect, and its hash. */
import type { Shape } from "../../runtime/value/shape.js";
import { join } from "../json/pointer.js";
import {
  type CommandDocument,
  type ConfigDocument,
  type DocumentFile,
  documentsOf,
  type EventDocument,
  type KeyDocument,
  type LifecycleDocument,
  protocolOf,
  type StateDocument,
  serviceOf,
} from "../load/documents.js";
import type {
  BucketMessage,
  CommandMessage,
  ConfigEntry,
  EventMessage,
  KeyEntry,
  LifecycleMessage,
  Message,
  Source,
  Sources,
} from "../model.js";
import type { Declarations } from "./declarations.js";
import { hash } from "./hash.js";
import { type Context, described, envelopeNamed, parties, subjectsOf, wireFormAt } from "./message-parts.js";
import { camelCase } from "./naming.js";
import { referenceOf } from "./reference.js";
import { settingsIn } from "./settings.js";
import type { ShapeReader } from "./shapes.js";

/** All messages of a protocol, sorted by reference. */
export function messagesOf(sources: Sources, declarations: Declarations, shapes: ShapeReader): readonly Message[] {
  const context = { protocol: protocolOf(sources), declarations, shapes };
  const messages: readonly Message[] = [
    ...documentsOf(sources, "event").map((file) => eventMessage(file, context)),
    ...documentsOf(sources, "lifecycle").map((file) => lifecycleMessage(file, context)),
    ...documentsOf(sources, "command").map((file) => commandMessage(file, context)),
    ...documentsOf(sources, "state").map((file) => bucketMessage(file, context)),
    ...documentsOf(sources, "config").map((file) => configEntry(file, context)),
  ];
  return messages.toSorted((left, right) => (left.ref < right.ref ? -1 : 1));
}

function eventMessage(file: DocumentFile<EventDocument>, context: Context): EventMessage {
  const { source, document, stem } = file;
  const { protocol } = context;
  const name = document.event ?? stem;
  const envelope = document.envelope ?? protocol.events?.envelope ?? "";
  const { subjects, ownSubjects } = subjectsOf("event", document.subjects, context);
  return {
    kind: "event",
    ref: referenceOf(protocol.name, file),
    name,
    ...described(document, source),
    ...parties(document, protocol.events),
    subjects,
    ownSubjects,
    envelope,
    payload: context.declarations.at(source, "/payload").name,
    examples: document.examples ?? [],
    hash: hash({
      name,
      subjects,
      envelope: envelopeNamed(envelope, protocol),
      payload: wireFormAt(source, "/payload", context),
    }),
  };
}

function lifecycleMessage(file: DocumentFile<LifecycleDocument>, context: Context): LifecycleMessage {
  const { source, document, stem } = file;
  const { protocol } = context;
  const name = document.kind ?? stem;
  const envelope = document.envelope ?? protocol.lifecycle?.envelope;
  const { subjects, ownSubjects } = subjectsOf("lifecycle", document.subjects, context);
  return {
    kind: "lifecycle",
    ref: referenceOf(protocol.name, file),
    name,
    ...described(document, source),
    ...parties(document, protocol.lifecycle),
    subjects,
    ownSubjects,
    ...(envelope === undefined ? {} : { envelope }),
    payload: context.declarations.at(source, "/payload").name,
    examples: document.examples ?? [],
    hash: hash({
      name,
      subjects,
      envelope: envelopeNamed(envelope, protocol),
      payload: wireFormAt(source, "/payload", context),
    }),
  };
}

function commandMessage(file: DocumentFile<CommandDocument>, context: Context): CommandMessage {
  const { source, document, stem } = file;
  const { protocol } = context;
  const service = serviceOf(source);
  const usual = protocol.services?.[service];
  const name = document.command ?? stem;
  const envelope = document.envelope ?? usual?.envelope ?? "";
  const { subjects, ownSubjects } = subjectsOf("command", { ...usual?.subjects, ...document.subjects }, context);
  const { rank, ignored, pace, takes, replies, resultNamesAddress } = document;
  const { resultTemplate, aliases = [], argumentAliases = {} } = document;
  return {
    kind: "command",
    ref: referenceOf(protocol.name, file),
    service,
    name,
    method: document.method ?? camelCase(stem),
    aliases,
    ...described(document, source),
    envelope,
    subjects,
    ownSubjects,
    args: context.declarations.at(source, "/args").name,
    result: context.declarations.at(source, "/result").name,
    argumentAliases,
    ...(resultTemplate === undefined ? {} : { resultTemplate }),
    ...(rank === undefined ? {} : { rank }),
    repeatable: document.repeatable ?? false,
    ...(pace === undefined ? {} : { pace }),
    ...(takes === undefined ? {} : { takes }),
    ...(replies === undefined ? {} : { replies }),
    ...(resultNamesAddress ? { resultNamesAddress } : {}),
    ...(ignored === undefined ? {} : { ignored }),
    errors: [...(usual?.errors ?? []), ...(document.errors ?? [])],
    examples: document.examples ?? [],
    hash: hash({
      name,
      service: [service, ...(usual?.answersTo ?? [])],
      aliases,
      argumentAliases,
      subjects,
      envelope: envelopeNamed(envelope, protocol),
      args: wireFormAt(source, "/args", context),
      result: wireFormAt(source, "/result", context),
      resultTemplate: resultTemplate ?? null,
    }),
  };
}

function bucketMessage(file: DocumentFile<StateDocument>, context: Context): BucketMessage {
  const { source, document, stem } = file;
  const ref = referenceOf(context.protocol.name, file);
  const { bucket, history = 1, maximumValueSize } = document;
  const keys = Object.entries(document.keys)
    .map(([name, key]) => keyEntry({ name, key, ref: `${ref}/${name}`, source }, context))
    .toSorted((left, right) => (left.ref < right.ref ? -1 : 1));
  return {
    kind: "bucket",
    ref,
    name: stem,
    ...described(document, source),
    ...parties(document, undefined),
    bucket,
    history,
    ...(maximumValueSize === undefined ? {} : { maximumValueSize }),
    keys,
    hash: hash({ bucket, keys: keys.map((key) => key.hash) }),
  };
}

interface KeyFile {
  readonly name: string;
  readonly key: KeyDocument;
  readonly ref: string;
  readonly source: Source;
}

function keyEntry({ name, key, ref, source }: KeyFile, context: Context): KeyEntry {
  const pointer = join("/keys", name);
  const value = join(pointer, "value");
  const { encoding = "json", key: template = name } = key;
  return {
    ref,
    name,
    method: key.method ?? camelCase(name),
    key: template,
    encoding,
    description: key.description,
    payload: context.declarations.at(source, value).name,
    examples: key.examples ?? [],
    origin: { file: source.file, pointer },
    hash: hash({ key: template, encoding, value: wireFormAt(source, value, context) }),
  };
}

function configEntry(file: DocumentFile<ConfigDocument>, context: Context): ConfigEntry {
  const { source, document, stem } = file;
  return {
    kind: "config",
    ref: referenceOf(context.protocol.name, file),
    name: stem,
    ...described(document, source),
    payload: context.declarations.at(source, "/value").name,
    settings: settingsOf(context.shapes.of(context.declarations.at(source, "/value")), document.options),
    examples: document.examples ?? [],
    hash: hash(wireFormAt(source, "/value", context)),
  };
}

function settingsOf(shape: Shape, options: ConfigDocument["options"] = {}): ConfigEntry["settings"] {
  const settings = settingsIn(shape).map(({ pointer, shape: _, ...said }) => {
    const option = options[pointer];
    return [pointer, option === undefined ? said : { ...said, option }] as const;
  });
  return Object.fromEntries(settings);
}
