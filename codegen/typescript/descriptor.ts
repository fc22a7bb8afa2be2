/** Messages as descriptors: the data that the runtime works with, as constants of generated code. */
import type { Setting } from "../../runtime/protocol/config-descriptor.js";

import { companionNames, declarationNames } from "../catalog/naming.js";
import { allSubjects } from "../catalog/streams.js";
import type {
  BucketMessage,
  Catalog,
  CommandMessage,
  ConfigEntry,
  EventMessage,
  KeyEntry,
  LifecycleMessage,
  Message,
  ServiceEntry,
  StreamEntry,
} from "../model.js";
import { type Code, record, recordOf } from "./code.js";
import type { DescriptorNames } from "./descriptor-names.js";
import { commentLines, originText } from "./documentation.js";
import { type Data, literal } from "./literal.js";

/** A constant of generated code. */
export interface Declaration {
  readonly name: string;
  /** A type of the runtime. */
  readonly type: string;
  readonly typeArguments: readonly string[];
  /** Of that type, when the constant has the type of one of its fields. */
  readonly member?: string;
  readonly value: Code;
  readonly comment: readonly string[];
}

/** A constant without what is the same for all kinds. */
type Content = Omit<Declaration, "name" | "comment">;

/** A field of a descriptor; left out when it has no value. */
type Field = readonly [name: string, value: Code | undefined];

/** The catalog, and what its descriptors are called. */
export interface Descriptors {
  readonly catalog: Catalog;
  readonly names: DescriptorNames;
}

/** What the descriptors of a message are made from, besides the message. */
export interface MessageNames {
  readonly catalog: Pick<Catalog, "name">;
  /** Of the message, and of its keys. */
  readonly names: DescriptorNames;
}

/** The constants of a message: one, and for a bucket one for each key before it. */
export function messageDeclarations({ catalog, names }: MessageNames, message: Message): readonly Declaration[] {
  const { description, deprecated, origin } = message;
  const said = {
    name: nameOf(names, message),
    comment: commentLines({ text: [description], deprecated, origin: originText(catalog, origin) }),
  };
  switch (message.kind) {
    case "event":
      return [{ ...broadcast(message, "EventDescriptor"), ...said }];
    case "lifecycle":
      return [{ ...broadcast(message, "LifecycleDescriptor"), ...said }];
    case "command":
      return [{ ...command(message), ...said }];
    case "config":
      return [{ ...config(message), ...said }];
    case "bucket":
      return [
        ...message.keys.map((key) => keyDeclaration({ catalog, names }, key)),
        { ...bucket(message, names), ...said },
      ];
  }
}

/** The constant of a service, which holds those of its commands. */
export function serviceDeclaration({ catalog, names }: Descriptors, service: ServiceEntry): Declaration {
  const { name, description, deprecated, answersTo, ownSubjects } = service;
  const commands = catalog.messages
    .filter((message) => message.kind === "command")
    .filter((command) => command.service === name);
  const origin = originText(catalog, { file: "protocol.json", pointer: `/services/${name}` });
  return {
    name: declarationNames.service(name),
    type: "ServiceDescriptor",
    typeArguments: [],
    value: fields([
      ...data({ name, member: declarationNames.member(name) }),
      ["answersTo", literal(answersTo)],
      ["subjects", filled(ownSubjects)],
      ["commands", record(commands.map((command) => [command.method, nameOf(names, command)]))],
    ]),
    comment: commentLines({ text: [description], deprecated, origin }),
  };
}

/** The constant of a stream. */
export function streamDeclaration({ catalog }: Descriptors, entry: StreamEntry): Declaration {
  const { ref, name, stream, events, storage, maximumAge, maximumBytes, maximumMessages, duplicateWindow } = entry;
  const { description, deprecated, origin, delivery, deadLetters } = entry;
  return {
    name: declarationNames.stream(name),
    type: "StreamDescriptor",
    typeArguments: [],
    value: fields([
      ...data({ kind: "stream", ref, name, stream }),
      ["subjects", literal(allSubjects(entry))],
      ["events", literal(events)],
      ...data({ storage, maximumAge, maximumBytes, maximumMessages, duplicateWindow }),
      ["delivery", literal({ ...delivery })],
      ["deadLetters", literal({ ...deadLetters })],
    ]),
    comment: commentLines({ text: [description], deprecated, origin: originText(catalog, origin) }),
  };
}

function broadcast(message: EventMessage | LifecycleMessage, type: string): Content {
  const { kind, ref, name, hash, payload, envelope, ownSubjects } = message;
  return {
    type,
    typeArguments: [`types.${payload}`],
    value: fields([
      ...data({ kind, ref, name, hash, envelope }),
      ["payload", payloadOf(payload)],
      ["subjects", filled(ownSubjects)],
    ]),
  };
}

function command(message: CommandMessage): Content {
  const { kind, ref, service, name, method, aliases, hash, envelope, args, result } = message;
  const { ownSubjects, argumentAliases, resultTemplate, repeatable, pace, errors, ignored, deprecated } = message;
  const { takes, replies, resultNamesAddress } = message;
  return {
    type: "CommandDescriptor",
    typeArguments: [`types.${args}`, `types.${result}`],
    value: fields([
      ...data({ kind, ref, service, name, method, aliases, hash, envelope }),
      ["subjects", filled(ownSubjects)],
      ["args", payloadOf(args)],
      ["argumentAliases", literal(argumentAliases)],
      ["result", payloadOf(result)],
      ["resultTemplate", resultTemplate === undefined ? undefined : literal(resultTemplate)],
      ...data({ repeatable, pace, takes, replies, resultNamesAddress }),
      ["errors", literal(errors.map(({ code, description, matches }) => ({ code, description, matches })))],
      ["ignored", ignored === undefined ? undefined : literal({ because: ignored.because, instead: ignored.instead })],
      ...data({ deprecated }),
    ]),
  };
}

function config({ kind, ref, name, hash, payload, settings }: ConfigEntry): Content {
  return {
    type: "ConfigDescriptor",
    typeArguments: [`types.${payload}`],
    value: fields([
      ...data({ kind, ref, name, hash }),
      ["payload", payloadOf(payload)],
      ["settings", record(Object.entries(settings).map(([pointer, setting]) => [pointer, settingLiteral(setting)]))],
    ]),
  };
}

function settingLiteral({ default: usual, option }: Setting): Code {
  return literal({ default: usual, option: option && { ...option, values: option.values } });
}

function bucket(message: BucketMessage, names: DescriptorNames): Content {
  const { kind, ref, name, bucket, keys, history, maximumValueSize } = message;
  return {
    type: "BucketDescriptor",
    typeArguments: [],
    value: fields([
      ...data({ kind, ref, name, bucket, history, maximumValueSize }),
      ["keys", record(keys.map((key) => [key.name, nameOf(names, key)]))],
    ]),
  };
}

function keyDeclaration({ catalog, names }: MessageNames, entry: KeyEntry): Declaration {
  const { ref, method, key, encoding, hash, payload, description, origin } = entry;
  return {
    name: nameOf(names, entry),
    type: "KeyDescriptor",
    typeArguments: [`types.${payload}`],
    value: fields([...data({ kind: "key", ref, method, key, encoding, hash }), ["payload", payloadOf(payload)]]),
    comment: commentLines({ text: [description], origin: originText(catalog, origin) }),
  };
}

/** What a descriptor is called. */
export function nameOf(names: DescriptorNames, { ref }: { readonly ref: string }): string {
  const name = names.get(ref);
  if (name === undefined) throw new Error(`internal: ${ref} has no descriptor; report this with the schema`);
  return name;
}

function payloadOf(type: string): Code {
  const shape = `() => shapes.${companionNames.shape(type)}`;
  return recordOf([`check: validators.${companionNames.check(type)}`, `shape: ${shape}`]);
}

function data(values: Readonly<Record<string, Data | undefined>>): readonly Field[] {
  return Object.entries(values).map(([name, value]) => [name, value === undefined ? undefined : literal(value)]);
}

/** Subjects by dialect, when there are any. */
function filled(subjects: Readonly<Record<string, string>>): Code | undefined {
  return Object.keys(subjects).length === 0 ? undefined : literal(subjects);
}

function fields(given: readonly Field[]): Code {
  return record(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
