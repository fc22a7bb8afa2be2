/** How much and how long: the limits that a client keeps. */
import { checkCount, checkLimit } from "../amount.js";
import type { PaceOptions } from "./pace.js";
import { type Retry, type RetryOptions, retryOf } from "./retry.js";

/** Limits that differ from the usual ones. */
export interface LimitOptions {
  /** How long a handler may take, in ms. Default: 30,000. */
  readonly handlerTimeout?: number | undefined;
  /** How many handlers may run at once. Those of events, commands and all else take turns. Default: 1,000. */
  readonly maxConcurrentHandlers?: number | undefined;
  /**
   * How many messages may wait for one handler, requests for one service, and commands for their turn. Of more messages the
   * oldest are given up, and counted; more requests and commands are refused. Default: 10,000.
   */
  readonly maxWaiting?: number | undefined;
  /**
   * How long to wait for a reply, and for a connection that is lost, in ms; for a reply to what takes long by its schema, that
   * much longer. Default: 5,000.
   */
  readonly requestTimeout?: number | undefined;
  /** How commands are sent again when nobody answers; only those that the schema calls repeatable. */
  readonly retry?: RetryOptions | undefined;
  /** How fast commands may follow one another in a channel, by pace, in ms. Default: as the protocol says. */
  readonly pace?: PaceOptions | undefined;
  /** A larger message is refused, in bytes. Default: 1 MiB. */
  readonly maximumMessageBytes?: number | undefined;
}

/** All limits. Times are in ms, sizes in bytes. */
export interface Limits {
  readonly handlerTimeout: number;
  readonly maxConcurrentHandlers: number;
  readonly maxWaiting: number;
  readonly requestTimeout: number;
  readonly retry: Retry;
  readonly maximumMessageBytes: number;
}

/**
 * The limits, with defaults filled in.
 *
 * @throws ProtocolError `invalid_argument`
 */
export function limitsOf({
  handlerTimeout = 30_000,
  maxConcurrentHandlers = 1000,
  maxWaiting = 10_000,
  requestTimeout = 5_000,
  maximumMessageBytes = 1024 * 1024,
  retry,
}: LimitOptions): Limits {
  const limits = { handlerTimeout, requestTimeout, maximumMessageBytes };
  const counts = { maxConcurrentHandlers, maxWaiting };
  for (const [name, value] of Object.entries(limits)) checkLimit(name, value);
  for (const [name, value] of Object.entries(counts)) checkCount(name, value);
  return { ...limits, ...counts, retry: retryOf(retry) };
}
