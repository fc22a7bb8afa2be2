/** The files of a protocol, in the form that their meta-schemas let through. */
import type { SettingOption } from "../../runtime/protocol/config-descriptor.js";
import type {
  AddressPart,
  DeclaredError,
  Dialect,
  Envelope,
  Ignored,
  Pace,
  Template,
  TokenRule,
} from "../../runtime/protocol/message.js";
import type { Roles } from "../../runtime/protocol/role.js";
import type { StreamDescriptor } from "../../runtime/protocol/stream-descriptor.js";
import type { Json } from "../../runtime/value/shape.js";
import { join } from "../json/pointer.js";
import type { Defect, Parity, Showcase, Source, SourceKind, Sources } from "../model.js";
import type { Schema, SchemaPlace } from "./schema.js";

type ByName<T> = Readonly<Record<string, T>>;

interface Described {
  readonly description: string;
}

/** protocol.json */
export interface ProtocolDocument extends Described {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly source?: string;
  readonly address?: readonly (AddressPart & Described)[];
  readonly tokens?: ByName<Partial<TokenRule> & Described & { readonly examples?: ByName<string | null> }>;
  readonly envelopes: ByName<Envelope & Described>;
  readonly dialects: ByName<Dialect & Described>;
  readonly paces?: ByName<Omit<Pace, "jitter"> & Partial<Pick<Pace, "jitter">> & Described>;
  readonly events?: BroadcastDefaults;
  readonly lifecycle?: LifecycleSection;
  readonly services?: ByName<ServiceDocument>;
  readonly showcase?: Showcase;
  readonly $defs?: ByName<Schema>;
}

/** What all events, or all lifecycle messages, have in common. */
export interface BroadcastDefaults {
  readonly envelope?: string;
  readonly publisher?: string;
  readonly listeners?: string;
}

/** The section on lifecycle messages of protocol.json. */
export interface LifecycleSection extends BroadcastDefaults, Partial<Omit<Roles, "messages">> {
  readonly roles?: Roles["messages"];
}

/** An entry of `services` in protocol.json. */
export interface ServiceDocument extends Described {
  readonly source?: string;
  readonly envelope: string;
  readonly answersTo?: readonly string[];
  readonly subjects?: ByName<string>;
  readonly deprecated?: string;
  readonly errors?: readonly DeclaredError[];
}

interface MessageDocument extends Described {
  readonly source: string;
  readonly deprecated?: string;
  readonly typeName?: string;
  readonly $defs?: ByName<Schema>;
}

interface BroadcastDocument extends MessageDocument, BroadcastDefaults {
  readonly subjects?: ByName<string>;
  readonly payload: Schema;
  readonly examples?: readonly Json[];
}

/** events/*.json */
export interface EventDocument extends BroadcastDocument {
  readonly event?: string;
}

/** lifecycle/*.json */
export interface LifecycleDocument extends BroadcastDocument {
  readonly kind?: string;
}

/** commands/<service>/*.json */
export interface CommandDocument extends MessageDocument {
  readonly command?: string;
  readonly aliases?: readonly string[];
  readonly method?: string;
  readonly rank?: number;
  readonly ignored?: Ignored;
  readonly repeatable?: boolean;
  readonly pace?: string;
  readonly takes?: number;
  readonly replies?: number;
  readonly resultNamesAddress?: true;
  readonly envelope?: string;
  readonly subjects?: ByName<string>;
  readonly args: Schema;
  readonly argumentAliases?: ByName<readonly string[]>;
  readonly result: Schema;
  readonly resultTemplate?: Template;
  readonly errors?: readonly DeclaredError[];
  readonly examples?: readonly { readonly args: Json; readonly result?: Json }[];
}

/** state/*.json */
export interface StateDocument extends Omit<MessageDocument, "typeName"> {
  readonly publisher?: string;
  readonly listeners?: string;
  readonly bucket: string;
  readonly history?: number;
  readonly maximumValueSize?: number;
  readonly keys: ByName<KeyDocument>;
}

/** An entry of `keys` in state/*.json. */
export interface KeyDocument extends Described {
  readonly key?: string;
  readonly method?: string;
  readonly typeName?: string;
  readonly encoding?: "json" | "text";
  readonly value: Schema;
  readonly examples?: readonly Json[];
}

/** streams/*.json */
export interface StreamDocument extends Omit<MessageDocument, "typeName" | "$defs"> {
  readonly stream: string;
  readonly events: "all" | readonly string[];
  readonly storage?: StreamDescriptor["storage"];
  readonly maximumAge: number;
  readonly maximumBytes?: number;
  readonly maximumMessages?: number;
  readonly duplicateWindow?: number;
  readonly delivery?: Partial<StreamDescriptor["delivery"]>;
  readonly deadLetters: StreamDescriptor["deadLetters"];
}

/** config/*.json */
export interface ConfigDocument extends MessageDocument {
  readonly value: Schema;
  readonly options?: ByName<SettingOption>;
  readonly examples?: readonly Json[];
}

/** common/*.json */
export interface TypesDocument {
  readonly $defs: ByName<Schema>;
}

/** defects.json */
export interface DefectsDocument extends Described {
  readonly source: string;
  readonly defects: readonly (Omit<Defect, "messages"> & Partial<Pick<Defect, "messages">>)[];
}

/** parity.json */
export type ParityDocument = Parity;

interface Documents {
  readonly protocol: ProtocolDocument;
  readonly event: EventDocument;
  readonly command: CommandDocument;
  readonly lifecycle: LifecycleDocument;
  readonly state: StateDocument;
  readonly stream: StreamDocument;
  readonly config: ConfigDocument;
  readonly types: TypesDocument;
  readonly defects: DefectsDocument;
  readonly parity: ParityDocument;
}

/** A file, and what it says. It is read when it was not before. */
export interface DocumentFile<D> {
  readonly source: Source;
  readonly document: D;
  /** The file's name without `.json`: the last part of its reference. */
  readonly stem: string;
}

/** protocol.json of a protocol. */
export function protocolOf(sources: Sources): ProtocolDocument {
  return read(sources.protocol, "protocol").document;
}

/** The files of one kind, in the order of their paths. */
export function documentsOf<K extends SourceKind>(sources: Sources, kind: K): readonly DocumentFile<Documents[K]>[] {
  return sources.files.filter((source) => source.kind === kind).map((source) => read(source, kind));
}

/** The service whose folder a command stands in. */
export function serviceOf(source: Source): string {
  return source.file.split("/").at(-2) ?? "";
}

/** Every schema that stands on its own in a file: payloads, arguments, results, values, and then the `$defs`. */
export function rootSchemas(source: Source): readonly SchemaPlace[] {
  const value = source.value as { readonly $defs?: ByName<Schema> };
  const definitions = Object.entries(value.$defs ?? {}).map(([name, schema]) => ({
    schema,
    pointer: join("", "$defs", name),
  }));
  return [...payloadSchemas(source), ...definitions];
}

function payloadSchemas(source: Source): readonly SchemaPlace[] {
  switch (source.kind) {
    case "event":
    case "lifecycle":
      return [{ schema: read(source, source.kind).document.payload, pointer: "/payload" }];
    case "command": {
      const { args, result } = read(source, "command").document;
      return [
        { schema: args, pointer: "/args" },
        { schema: result, pointer: "/result" },
      ];
    }
    case "state":
      return Object.entries(read(source, "state").document.keys).map(([name, key]) => ({
        schema: key.value,
        pointer: join("/keys", name, "value"),
      }));
    case "config":
      return [{ schema: read(source, "config").document.value, pointer: "/value" }];
    case "protocol":
    case "stream":
    case "types":
    case "defects":
    case "parity":
      return [];
  }
}

function read<K extends SourceKind>(source: Source, _kind: K): DocumentFile<Documents[K]> {
  const stem = source.file.slice(source.file.lastIndexOf("/") + 1, -".json".length);
  return {
    source,
    stem,
    get document() {
      // The one place where a file's JSON gets its type: the meta-schema was checked when it was loaded.
      return source.value as unknown as Documents[K];
    },
  };
}
