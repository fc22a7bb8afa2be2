/** All that passes through a client, as lines of its log. */
import type { LogMethod } from "./logger.js";
import type { Observer } from "./observer.js";

/** An observer that writes down what passes. What was refused and what failed has lines of its own. */
export function writingDown(log: LogMethod): Partial<Observer> {
  const passed = (what: string) => (ref: string) => log(`${what} ${ref}`, { ref });
  const ended = (what: string) => (ref: string, outcome: string, duration: number) =>
    log(`${what} ${ref}: ${outcome} after ${duration.toFixed(1)} ms`, { ref, outcome, duration });
  return {
    received: passed("received"),
    published: passed("published"),
    dropped: passed("dropped"),
    handled: ended("handled"),
    served: ended("served"),
    requested: ended("requested"),
  };
}
