/** How much and how long: the limits that a client keeps. */
import { ProtocolError } from "../error.js";

/** Limits that differ from the usual ones. */
export interface LimitOptions {
  /** How long a handler may take, in ms. Default: 30,000. */
  readonly handlerTimeout?: number | undefined;
  /** How long to wait for a reply, in ms. Default: 5,000. */
  readonly requestTimeout?: number | undefined;
  /** A larger message is refused, in bytes. Default: 1 MiB. */
  readonly maximumMessageBytes?: number | undefined;
}

/** All limits. Times are in ms, sizes in bytes. */
export interface Limits {
  readonly handlerTimeout: number;
  readonly requestTimeout: number;
  readonly maximumMessageBytes: number;
}

// What a timer can wait for.
const longest = 2 ** 31 - 1;

/**
 * The limits, with defaults filled in.
 *
 * @throws ProtocolError `invalid_argument`
 */
export function limitsOf({
  handlerTimeout = 30_000,
  requestTimeout = 5_000,
  maximumMessageBytes = 1024 * 1024,
}: LimitOptions): Limits {
  const limits = { handlerTimeout, requestTimeout, maximumMessageBytes };
  for (const [name, value] of Object.entries(limits)) checkLimit(name, value);
  return limits;
}

/** @throws ProtocolError `invalid_argument` when no timer can wait for it, and nothing can be of that size */
export function checkLimit(name: string, value: number): void {
  if (value > 0 && value <= longest) return;
  throw new ProtocolError("invalid_argument", `${name} must be above 0 and at most ${longest}, not ${value}`);
}
