/** Durable messages between their stream and their handler. */
import type { TraceContext } from "../observe/trace.js";
import type { Held } from "./held.js";

/** What a handler of durable messages is given besides the message. */
export interface DurableContext<Channel = unknown> {
  /** The channel it happened in: answer here. */
  readonly channel: Channel;
  readonly subject: string;
  /** How often the message was given to a handler, as far as is known, this time included. */
  readonly deliveries: number;
  /** Aborted when the handler has taken too long, and when the client is closed. */
  readonly signal: AbortSignal;
  /** The step of a trace that the handler is, when an interceptor says so. */
  readonly trace: TraceContext | undefined;
}

/** A message, as its handler is to get it. */
export interface Readable {
  /** What the message is in reports and measurements. */
  readonly ref: string;
  /** Messages of one lane are handled one after another. */
  readonly lane: string;
  /** The channel that the handler is given. */
  readonly channel: unknown;
  /** Calls the handler. */
  readonly handle: (context: DurableContext) => unknown;
}

/** A message in its lane. */
export interface Waiting {
  readonly held: Held;
  readonly readable: Readable;
}
