/** Sending a command again when nobody answered. */
import { isProtocolError, ProtocolError } from "../error.js";
import type { Patience } from "../session/patience.js";
import type { Retry } from "../session/retry.js";

/** Sends the command once. `others` is how many attempts are left after this one. */
export type Attempt<T> = (others: number) => Promise<T>;

/**
 * Makes attempts until one is answered, with whatever; until none is left; or until the caller has no time for another.
 * Throws what the last one threw.
 */
export async function attempts<T>(
  attempt: Attempt<T>,
  { times, delay, maxDelay }: Retry,
  patience: Pick<Patience, "left" | "pause">,
): Promise<T> {
  for (let others = times; ; others--) {
    const made = times - others;
    try {
      return await attempt(others);
    } catch (reason) {
      const pause = Math.random() * Math.min(maxDelay, delay * 2 ** made);
      if (others === 0 || !isUnanswered(reason) || pause >= patience.left) throw counted(reason, made + 1);
      await patience.pause(pause);
    }
  }
}

function isUnanswered(reason: unknown): boolean {
  return isProtocolError(reason) && (reason.code === "no_responders" || reason.code === "timeout");
}

function counted(reason: unknown, attempts: number): unknown {
  if (attempts === 1 || !isProtocolError(reason)) return reason;
  const message = `${reason.rawMessage}; it was sent ${attempts} times`;
  return new ProtocolError(reason.code, message, { ...reason, attempts, cause: reason });
}
