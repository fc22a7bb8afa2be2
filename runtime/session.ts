/** What all parts of one client share. */
import type { Dispatcher } from "./dispatch.js";
import type { Reporter } from "./report.js";
import type { Transport } from "./transport.js";
import type { Wire } from "./wire.js";

/** The shared parts of one client, and its settings after defaults. */
export interface Session {
  readonly wire: Wire;
  readonly transport: Transport;
  readonly dispatcher: Dispatcher;
  readonly reporter: Reporter;
  /** In ms. */
  readonly requestTimeout: number;
  /** In bytes. A larger message is refused before it is decoded. */
  readonly maximumMessageBytes: number;
  /** What the program calls itself in what it sends. */
  readonly source: string;
}

/** Something that goes on until it is stopped. */
export interface Registration {
  /** Ends it at once. A handler that is running finishes. May be called more than once. */
  stop(): void;
}
