/** Handlers of commands, as programs write them. */

import type { TraceContext } from "../observe/trace.js";
import type { Headers } from "../transport/transport.js";

/** What a handler of a command is given besides the arguments. */
export interface CommandContext<Address extends object = Readonly<Record<string, string>>> {
  /** What the request says of its address. A request need not say anything. */
  readonly address: Readonly<Partial<Address>>;
  /** What the caller calls itself. Nobody has checked that. */
  readonly source: string | undefined;
  /** The request's id. */
  readonly id: string | undefined;
  readonly subject: string;
  /** The request's header fields. */
  readonly headers: Headers;
  /** Aborted when the deadline has come, and when the client is closed. */
  readonly signal: AbortSignal;
  /** The step of a trace that the handler is, when an interceptor says so. */
  readonly trace: TraceContext | undefined;
  /** When the handler is to have finished: its caller has said how long it waits, and no handler may take longer than usual. */
  readonly deadline: Date;
}
