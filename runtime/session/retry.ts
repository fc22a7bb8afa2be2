/** How commands are sent again when nobody answers. */
import { checkLimit } from "../amount.js";
import { ProtocolError } from "../error.js";

/** How a command is sent again, if its schema says that twice does what once does. */
export interface RetryOptions {
  /** How often, at most. Default: 0, never. */
  readonly times?: number | undefined;
  /**
   * The longest pause before the first repetition, in ms; for each one after, it doubles. How much of it is taken is left to
   * chance, so that callers who failed together do not come back together. Default: 200.
   */
  readonly delay?: number | undefined;
  /** The longest pause of all, in ms. Default: 10,000. */
  readonly maxDelay?: number | undefined;
}

/** The same, with nothing left open. */
export type Retry = { readonly [Name in keyof RetryOptions]-?: number };

/** What is done when nothing is said. */
export const usualRetry: Retry = { times: 0, delay: 200, maxDelay: 10_000 };

/**
 * What is asked for, and for what it leaves open, what is usual.
 *
 * @throws ProtocolError `invalid_argument`
 */
export function retryOf(options: RetryOptions = {}, usual: Retry = usualRetry): Retry {
  const { times = usual.times, delay = usual.delay, maxDelay = usual.maxDelay } = options;
  checkLimit("retry.delay", delay);
  checkLimit("retry.maxDelay", maxDelay);
  if (Number.isSafeInteger(times) && times >= 0) return { times, delay, maxDelay };
  throw new ProtocolError("invalid_argument", `retry.times must be a whole number from 0, not ${times}`);
}
