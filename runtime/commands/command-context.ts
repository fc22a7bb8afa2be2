/** Handlers of commands, as programs write them. */

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
  /** Aborted when the handler has taken too long, and when the client is closed. */
  readonly signal: AbortSignal;
  /** When the caller is told that the handler did not finish. */
  readonly deadline: Date;
}
