/**
 * The values that pass between the phases: load -> check -> catalog -> emit -> write.
 *
 * Each phase takes the type before it and returns the type after it; none reaches back.
 */
import type { Setting } from "../runtime/protocol/config-descriptor.js";
import type {
  AddressPart,
  DeclaredError,
  Dialect,
  Envelope,
  Ignored,
  Pace,
  Template,
  TokenRule,
} from "../runtime/protocol/message.js";
import type { Roles } from "../runtime/protocol/role.js";
import type { StreamDescriptor } from "../runtime/protocol/stream-descriptor.js";
import type { Json, Shape } from "../runtime/value/shape.js";
import type { Defect, Parity, Showcase } from "./annex.js";

export type { Defect, Parity, ParityMethod, RuntimeMembers, Showcase } from "./annex.js";

/** A place in a schema file, for people and for `@generated from` lines. */
export interface Origin {
  /** Relative to the folder the generator was pointed at, with `/`. */
  readonly file: string;
  /** JSON pointer inside the file; empty for the whole of it. */
  readonly pointer: string;
}

/** load: one schema file, parsed, that still knows where each value stood. */
export interface Source {
  readonly file: string;
  readonly kind: SourceKind;
  readonly value: Json;
  /** 1-based line and column of the value at a pointer, or of the nearest one above it. */
  position(pointer: string): { readonly line: number; readonly column: number };
}

/** What a schema file describes; its meta-schema has the same name. */
export type SourceKind =
  | "protocol"
  | "event"
  | "command"
  | "lifecycle"
  | "state"
  | "stream"
  | "types"
  | "config"
  | "defects"
  | "parity";

/** load: a protocol's folder. */
export interface Sources {
  /** As given on the command line, for messages. */
  readonly directory: string;
  readonly protocol: Source;
  readonly files: readonly Source[];
  /** Files that are there and could not be read: a reference to one of them is no second finding. */
  readonly broken: readonly string[];
}

/** catalog: a type with a name of its own. Every payload has one. */
export interface NamedType {
  readonly name: string;
  readonly shape: Shape;
  readonly origin: Origin;
}

interface MessageBase {
  /** `<protocol>/events/<event>`, `<protocol>/<service>/<command>` and so on. */
  readonly ref: string;
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly deprecated?: string;
  readonly hash: string;
  readonly origin: Origin;
}

interface Broadcast extends MessageBase {
  readonly publisher: string;
  readonly listeners: string;
  /** Subject template by dialect, all dialects. */
  readonly subjects: Readonly<Record<string, string>>;
  /** Only the dialects in which the message's subject is not its kind's. */
  readonly ownSubjects: Readonly<Record<string, string>>;
  /** Name of the payload's type. */
  readonly payload: string;
  readonly examples: readonly Json[];
}

/** catalog: what is broadcast. */
export interface EventMessage extends Broadcast {
  readonly kind: "event";
  readonly envelope: string;
}

/** catalog: what a service says about itself. */
export interface LifecycleMessage extends Broadcast {
  readonly kind: "lifecycle";
  readonly envelope?: string;
}

/** catalog: what a service can be asked. */
export interface CommandMessage extends MessageBase {
  readonly kind: "command";
  readonly service: string;
  readonly method: string;
  readonly aliases: readonly string[];
  readonly envelope: string;
  readonly subjects: Readonly<Record<string, string>>;
  readonly ownSubjects: Readonly<Record<string, string>>;
  /** Names of the types. */
  readonly args: string;
  readonly result: string;
  readonly argumentAliases: Readonly<Record<string, readonly string[]>>;
  readonly resultTemplate?: Template;
  readonly rank?: number;
  readonly repeatable: boolean;
  readonly pace?: string;
  /** In ms. */
  readonly takes?: number;
  readonly replies?: number;
  readonly resultNamesAddress?: true;
  readonly ignored?: Ignored;
  /** The service's and the command's. */
  readonly errors: readonly DeclaredError[];
  readonly examples: readonly { readonly args: Json; readonly result?: Json }[];
}

/** catalog: a key-value bucket. */
export interface BucketMessage extends MessageBase {
  readonly kind: "bucket";
  readonly publisher: string;
  readonly listeners: string;
  readonly bucket: string;
  readonly history: number;
  readonly maximumValueSize?: number;
  readonly keys: readonly KeyEntry[];
}

/** catalog: a key of a bucket. */
export interface KeyEntry {
  readonly ref: string;
  readonly name: string;
  readonly method: string;
  readonly key: string;
  readonly encoding: "json" | "text";
  readonly description: string;
  readonly payload: string;
  readonly hash: string;
  readonly examples: readonly Json[];
  readonly origin: Origin;
}

/** catalog: what a program is configured with. It does not travel. */
export interface ConfigEntry extends MessageBase {
  readonly kind: "config";
  readonly payload: string;
  /** By JSON pointer inside the configuration. */
  readonly settings: Readonly<Record<string, Setting>>;
  readonly examples: readonly Json[];
}

/** catalog: everything that has a reference of its own. */
export type Message = EventMessage | CommandMessage | LifecycleMessage | BucketMessage | ConfigEntry;

/** catalog: who can be asked. */
export interface ServiceEntry {
  readonly name: string;
  readonly description: string;
  readonly source?: string;
  readonly deprecated?: string;
  readonly answersTo: readonly string[];
  readonly ownSubjects: Readonly<Record<string, string>>;
}

/** catalog: events that the server keeps. Times are in s. */
export interface StreamEntry
  extends Omit<MessageBase, "hash">,
    Omit<StreamDescriptor, "kind" | "ref" | "name" | "subjects"> {
  /** With wildcards, by dialect. */
  readonly subjects: Readonly<Record<string, readonly string[]>>;
}

/** By name. */
type Described<T> = Readonly<Record<string, T & { readonly description: string }>>;

/** catalog: all that the schemas say, resolved, sorted and frozen. Emitters read nothing else. */
export interface Catalog {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly source?: string;
  readonly hash: string;
  readonly address: readonly (AddressPart & { readonly description: string })[];
  readonly tokens: Described<TokenRule & { readonly examples: Readonly<Record<string, string | null>> }>;
  readonly envelopes: Described<Envelope>;
  /** In the schema's order: the first is the default. */
  readonly dialects: Described<Dialect>;
  /** How fast commands may follow one another, by name. */
  readonly paces?: Described<Pace>;
  /** Which lifecycle messages the runtime sends and reads by itself. */
  readonly roles?: Roles;
  readonly services: readonly ServiceEntry[];
  /** Sorted by name. */
  readonly types: readonly NamedType[];
  /** Sorted by ref. */
  readonly messages: readonly Message[];
  /** Sorted by ref. */
  readonly streams: readonly StreamEntry[];
  /** In the file's order. */
  readonly defects: readonly Defect[];
  readonly parity?: Parity;
  readonly showcase?: Showcase;
}

/** emit: one file, in memory. */
export interface GeneratedFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** How the emitted TypeScript reaches the runtime. */
export interface EmitOptions {
  /** Module specifier of the door for generated code: `kryten-sdk/internal`, or a relative path. */
  readonly runtimeModule: string;
}

/** An output: one pure function from the catalog to files. */
export type Emitter = (
  catalog: Catalog,
  options: EmitOptions,
) => readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>;
