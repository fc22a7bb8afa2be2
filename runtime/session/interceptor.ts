/** What stands between a program and its messages, the same for all that it sends and receives. */
import type { Exchange, Traced } from "./exchange.js";
import { isThenable } from "./thenable.js";

/** Goes on, to the next interceptor and in the end to the message itself, and gives what that gives, or a promise of it. */
export type Next = () => unknown;

/**
 * Is called in place of what is to happen to a message, and makes it happen by calling `next`; what it gives or throws is the
 * outcome. The first of several is the outermost: it begins before the others, and ends after them.
 */
export type Interceptor = (exchange: Exchange, next: Next) => unknown;

/** Lets interceptors have an exchange, before and after `act`. */
export function intercept(interceptors: readonly Interceptor[], exchange: Exchange, act: Next): unknown {
  const [first, ...others] = interceptors;
  if (first === undefined) return act();
  return first(exchange, () => {
    const outcome = intercept(others, exchange, act);
    // An interceptor that does not wait for the outcome may miss a failure; the program is not to end of it.
    if (isThenable(outcome)) Promise.resolve(outcome).catch(() => undefined);
    return outcome;
  });
}

/** The facts of an exchange, with the signal and trace of its handler's context: what is said of the one holds for the other. */
export function inContext<Facts extends object>(context: Traced, facts: Facts): Traced & Facts {
  const shared: Traced = {
    get signal() {
      return context.signal;
    },
    get trace() {
      return context.trace;
    },
    set trace(trace) {
      context.trace = trace;
    },
  };
  return Object.assign(shared, facts);
}
