/** What all parts of one client share. */

import type { ProtocolError } from "../error.js";
import type { Reporter } from "../observe/report.js";
import type { Wire } from "../protocol/wire.js";
import type { Transport } from "../transport/transport.js";
import type { Dispatcher } from "./dispatch.js";
import type { Interceptor } from "./interceptor.js";
import type { Outbox } from "./outbox.js";
import type { Pacing } from "./pace.js";
import type { Retry } from "./retry.js";

/** The shared parts of one client, and its settings after defaults. */
export interface Session {
  readonly wire: Wire;
  readonly transport: Transport;
  readonly dispatcher: Dispatcher;
  readonly reporter: Reporter;
  /** What is sent waits here while there is no connection. */
  readonly outbox: Outbox;
  /** How many messages may wait for one handler, and how many requests for one service. */
  readonly maxWaiting: number;
  /** From the outermost to the innermost. */
  readonly interceptors: readonly Interceptor[];
  /** What ends with the client, or with its connection: then with the failure. */
  readonly endings: Set<(failure?: ProtocolError) => void>;
  /** What ends each watch of state: a client that is drained is told of no more changes. */
  readonly watches: Set<() => void>;
  /** In ms. */
  readonly requestTimeout: number;
  readonly retry: Retry;
  readonly pacing: Pacing;
  /** In bytes. A larger message is refused before it is decoded. */
  readonly maximumMessageBytes: number;
  /** What the program calls itself in what it sends. */
  readonly source: string;
}
