/**
 * What generated code says about a protocol: data, no behaviour.
 *
 * A descriptor is a frozen-by-convention plain object. The type parameters are phantoms: they carry the payload types from
 * the generated descriptor to the caller of `client.on` or of a service's method, and hold no value.
 */

import type { Check, Shape } from "../value/shape.js";
import type { Roles } from "./role.js";
import type { StreamDescriptor } from "./stream-descriptor.js";
import type { Envelope, Template } from "./template.js";

export type { ConfigDescriptor, Setting, SettingOption } from "./config-descriptor.js";
export type { Role, Roles } from "./role.js";
export type { DeadLetterDescriptor, DeliveryRules, StreamDescriptor } from "./stream-descriptor.js";
export type { CommandEnvelope, Envelope, EventEnvelope, Template } from "./template.js";

declare const carries: unique symbol;

/** A value that travels: how to check it, and how to explain why it was refused. */
export interface Payload<T> {
  readonly check: Check<T>;
  readonly shape: () => Shape;
}

/** A subject, bucket or key with typed tokens in braces: `app.events.{channel}.{event}`, `{channel:exactChannel}`. */
export type SubjectTemplate = string;

/** A subject template for each dialect that differs from the protocol's own. */
export type SubjectsByDialect = Readonly<Record<string, SubjectTemplate>>;

/** One message that is broadcast. `name` is spelt as on the wire. */
export interface EventDescriptor<T = unknown> {
  readonly kind: "event";
  /** `<protocol>/events/<event>` */
  readonly ref: string;
  readonly name: string;
  readonly hash: string;
  readonly payload: Payload<T>;
  readonly envelope: string;
  readonly subjects?: SubjectsByDialect;
}

/** One thing that a service can be asked to do. */
export interface CommandDescriptor<Args = unknown, Result = unknown> {
  readonly kind: "command";
  /** `<protocol>/<service>/<command>` */
  readonly ref: string;
  /** The service that is asked. */
  readonly service: string;
  /** Spelt as on the wire. */
  readonly name: string;
  /** The method of the typed client, and of the service's handlers. */
  readonly method: string;
  /** Other names under which a service takes the command. Never sent. */
  readonly aliases: readonly string[];
  readonly hash: string;
  readonly envelope: string;
  readonly subjects?: SubjectsByDialect;
  readonly args: Payload<Args>;
  /** Other names of an argument, by the name it is sent under. Accepted by a service, never sent. */
  readonly argumentAliases: Readonly<Record<string, readonly string[]>>;
  readonly result: Payload<Result>;
  /** Where the result stands inside the reply's data, when it is not all of it: a template around `{result}`. */
  readonly resultTemplate?: Template;
  /** Whether sending it twice does what sending it once does, so that it may be retried. */
  readonly repeatable: boolean;
  /** A pace of the protocol: commands of one pace and channel do not follow one another faster. */
  readonly pace?: string;
  /** How long the service may take, in ms: a caller who names no time waits so much longer than usual. Absent: not long. */
  readonly takes?: number;
  /** How many replies one service sends; the first counts. Absent: one. */
  readonly replies?: number;
  /** The result has fields with the names of the address's parts, which tell where the one who answers belongs. */
  readonly resultNamesAddress?: true;
  /** Error codes the service is known to answer with. */
  readonly errors: readonly DeclaredError[];
  /** Present when the service is known to answer success and do nothing. */
  readonly ignored?: Ignored;
  /** What to use instead. Present only on what is deprecated. */
  readonly deprecated?: string;
  readonly [carries]?: [Args, Result];
}

/** An error a service declares, and the wire text it may be recognised by when the wire has no code. */
export interface DeclaredError {
  readonly code: string;
  readonly description: string;
  /** A regular expression over the error text. */
  readonly matches?: string;
}

/** Why a command has no effect, and what has. */
export interface Ignored {
  readonly because: string;
  readonly instead?: string;
}

/** A message about a service itself: it started, it is alive, it stops. Not wrapped in an envelope unless it says so. */
export interface LifecycleDescriptor<T = unknown> {
  readonly kind: "lifecycle";
  readonly ref: string;
  readonly name: string;
  readonly hash: string;
  readonly payload: Payload<T>;
  readonly envelope?: string;
  readonly subjects?: SubjectsByDialect;
}

/** A key-value bucket and its keys. */
export interface BucketDescriptor {
  readonly kind: "bucket";
  readonly ref: string;
  readonly name: string;
  readonly bucket: SubjectTemplate;
  readonly keys: Readonly<Record<string, KeyDescriptor>>;
  /** How many values of a key the bucket keeps. */
  readonly history: number;
  /** In bytes. */
  readonly maximumValueSize?: number;
}

/** A key of a bucket, or all the keys that a template describes. */
export interface KeyDescriptor<T = unknown> {
  readonly kind: "key";
  /** `<protocol>/state/<bucket>/<key>` */
  readonly ref: string;
  /** The method of `channel.state`. */
  readonly method: string;
  readonly key: SubjectTemplate;
  /** `text` is the bare UTF-8 string, without quotes. */
  readonly encoding: "json" | "text";
  readonly hash: string;
  readonly payload: Payload<T>;
}

/** A service: where it listens, and what it can be asked. */
export interface ServiceDescriptor {
  /** Spelt as on the wire. */
  readonly name: string;
  /** The member of a channel that asks it. */
  readonly member: string;
  readonly subjects?: SubjectsByDialect;
  /** Other service names that a request may carry. */
  readonly answersTo: readonly string[];
  /** By method name. */
  readonly commands: Readonly<Record<string, CommandDescriptor>>;
}

/** How text becomes one token of a subject. Steps are applied in order; what is left must be a legal token. */
export interface TokenRule {
  readonly steps: readonly TokenStep[];
  /** What the outcome must match, when it is narrower than a legal NATS token. */
  readonly pattern?: string;
}

/** One change of a text on its way to being a token. */
export type TokenStep =
  | { readonly step: "lowercase" }
  /** Each character of `characters` goes. */
  | { readonly step: "remove"; readonly characters: string }
  /** Each character of `characters` becomes `by`. */
  | { readonly step: "replace"; readonly characters: string; readonly by: string }
  /** In code points. */
  | { readonly step: "truncate"; readonly length: number };

/** A spelling of the protocol's subjects. Everything else is the same in every dialect. */
export interface Dialect {
  readonly event: SubjectTemplate;
  readonly command: SubjectTemplate;
  readonly lifecycle: SubjectTemplate;
}

/** How fast commands may follow one another, in ms. */
export interface Pace {
  /** The least time between two. */
  readonly delay: number;
  /** The most that is added to it by chance. */
  readonly jitter: number;
}

/** Paces, by name. */
export type Paces = Readonly<Record<string, Pace>>;

/** The parts that say where in the protocol's world a message belongs, in order. The last is what a lone string names. */
export interface AddressPart {
  readonly name: string;
  readonly default?: string;
}

/** The types of a protocol, by name. Generated beside the descriptor, and carried by it. */
export interface Contract {
  address: object;
  events: object;
  /** What services can be asked, by the member of a channel. */
  services: object;
  /** What one writes to be a service, by its name on the wire. */
  handlers: object;
  lifecycle: object;
  state: object;
  /** The names of the events that each stream keeps. */
  streams: object;
}

/** A protocol: all that the runtime needs to speak it. */
export interface Protocol<C extends Contract = Contract> {
  readonly name: string;
  readonly version: string;
  /** Identity of the contract: equal when, and only when, every message is. */
  readonly hash: string;
  readonly address: readonly AddressPart[];
  readonly tokens: Readonly<Record<string, TokenRule>>;
  readonly envelopes: Readonly<Record<string, Envelope>>;
  /** The first is the default. */
  readonly dialects: Readonly<Record<string, Dialect>>;
  readonly events: Readonly<Record<string, EventDescriptor>>;
  readonly services: Readonly<Record<string, ServiceDescriptor>>;
  readonly lifecycle: Readonly<Record<string, LifecycleDescriptor>>;
  /** What commands keep to that name it, unless a program says otherwise. */
  readonly paces?: Paces;
  /** Absent: lifecycle messages are sent and read by programs alone. */
  readonly roles?: Roles;
  readonly state: Readonly<Record<string, BucketDescriptor>>;
  readonly streams: Readonly<Record<string, StreamDescriptor>>;
  readonly [carries]?: C;
}
