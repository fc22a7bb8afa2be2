/** One message with what becomes of it, as those see it who stand between a program and its messages. */

import type { TraceContext } from "../observe/trace.js";
import type { Address } from "../protocol/address.js";
import type { CommandDescriptor, EventDescriptor } from "../protocol/message.js";
import type { Headers } from "../transport/transport.js";

/** What there is to know of every exchange. */
interface AnyExchange {
  /** The message: `<protocol>/events/<event>`, `<protocol>/<service>/<command>`. */
  readonly ref: string;
  readonly subject: string;
  /** What is known of where it belongs. A request that is served need not say. */
  readonly address: Readonly<Partial<Address>>;
  /** The payload of an event, or the arguments of a command. */
  readonly value: unknown;
  readonly id: string | undefined;
  /** The step of a trace that it is, for interceptors to say. Handlers find it in their context, and errors have it. */
  trace?: TraceContext | undefined;
}

/** What a handler is given, as far as interceptors have to do with it. */
export interface Traced {
  readonly signal: AbortSignal;
  trace: TraceContext | undefined;
}

/** Header fields of a message that is not sent yet: they may be added to. */
export type OpenHeaders = Record<string, string>;

/** A request of this program. It gives the result. */
export interface CallExchange extends AnyExchange {
  readonly kind: "call";
  readonly descriptor: CommandDescriptor;
  readonly headers: OpenHeaders;
  /** Of the one who calls. */
  readonly signal: AbortSignal | undefined;
}

/** A request to a service of this program, whose arguments are right. It gives the result. */
export interface ServeExchange extends AnyExchange {
  readonly kind: "serve";
  readonly descriptor: CommandDescriptor;
  readonly headers: Headers;
  /** Aborted when the handler has taken too long, and when the client is closed. */
  readonly signal: AbortSignal;
}

/** An event that this program sends. It gives nothing. */
export interface PublishExchange extends AnyExchange {
  readonly kind: "publish";
  readonly descriptor: EventDescriptor;
  readonly headers: OpenHeaders;
  /** Nobody gives up what is sent at once. */
  readonly signal: undefined;
}

/** An event on its way to one handler, or to one round of a loop. What it gives counts for nothing. */
export interface DeliverExchange extends AnyExchange {
  readonly kind: "deliver";
  /** Absent for an event that the protocol does not know. */
  readonly descriptor: EventDescriptor | undefined;
  readonly headers: Headers;
  /** Aborted when the handler has taken too long, and when the client is closed. */
  readonly signal: AbortSignal;
}

/** A message that is sent or received. `kind` tells which. */
export type Exchange = CallExchange | ServeExchange | PublishExchange | DeliverExchange;
