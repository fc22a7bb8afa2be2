/** One event, waited for. */

import { checkLimit } from "../amount.js";
import { ProtocolError } from "../error.js";
import type { AnyEvent } from "./event.js";
import { EventIteration, type IterationParts } from "./event-iteration.js";

/**
 * Waits for the next event alone.
 *
 * @param timeout in ms; `undefined`: for as long as the client is open
 * @throws ProtocolError `timeout`, `cancelled`, `connection_closed`, `connection_failed`, `invalid_argument`
 */
export async function nextEvent(parts: IterationParts, timeout: number | undefined): Promise<AnyEvent> {
  if (timeout !== undefined) checkLimit("timeout", timeout);
  const { ref, signal } = parts;
  const iteration = new EventIteration(parts);
  let absence = new ProtocolError("connection_closed", `the client was closed before there was one of ${ref}`, { ref });
  const giveUp = () => {
    absence = new ProtocolError("timeout", `there was none of ${ref} within ${timeout} ms`, { ref });
    iteration.return();
  };
  const timer = timeout === undefined ? undefined : setTimeout(giveUp, timeout);
  try {
    const { value } = await iteration.next();
    if (value !== undefined) return value;
  } finally {
    clearTimeout(timer);
    await iteration.return();
  }
  if (!signal?.aborted) throw absence;
  const reason = `the wait for one of ${ref} was given up by its caller`;
  throw new ProtocolError("cancelled", reason, { ref, cause: signal.reason });
}
