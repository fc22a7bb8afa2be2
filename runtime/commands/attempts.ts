/** Sending a command again when nobody answered. */
import { type Code, isProtocolError, ProtocolError } from "../error.js";
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
  let unanswered: unknown;
  for (let others = times; ; others--) {
    const made = times - others;
    try {
      return await attempt(others);
    } catch (reason) {
      // It was not begun again, but it was sent before.
      if (unanswered !== undefined && hasCode(reason, "expired")) throw counted(unanswered, made);
      const pause = Math.random() * Math.min(maxDelay, delay * 2 ** made);
      if (others === 0 || !isUnanswered(reason) || pause >= patience.left) throw counted(reason, made + 1);
      unanswered = reason;
      await patience.pause(pause).catch((end: unknown) => {
        // Its time ended in the pause, and it was sent before.
        throw hasCode(end, "expired") ? counted(reason, made + 1) : end;
      });
    }
  }
}

function isUnanswered(reason: unknown): boolean {
  return hasCode(reason, "no_responders") || hasCode(reason, "timeout");
}

function hasCode(reason: unknown, code: Code): boolean {
  return isProtocolError(reason) && reason.code === code;
}

function counted(reason: unknown, attempts: number): unknown {
  if (attempts === 1 || !isProtocolError(reason)) return reason;
  const message = `${reason.rawMessage}; it was sent ${attempts} times`;
  return new ProtocolError(reason.code, message, { ...reason, attempts, cause: reason });
}
