/** Sending a command again when nobody answered, or when it was not sent. */
import { type Code, isProtocolError } from "../error.js";
import { restated } from "../protocol/located.js";
import type { Patience } from "../session/patience.js";
import type { Retry } from "../session/retry.js";

/** Sends the command once. `others` is how many attempts are left after this one. */
export type Attempt<T> = (others: number) => Promise<T>;

/** How often, and after what. */
export interface Repetition extends Retry {
  /** Default: whenever nobody answered. */
  readonly mayRepeat?: (reason: unknown) => boolean;
}

/**
 * Makes attempts until one is answered, with whatever; until none is left; or until the caller has no time for another.
 * Throws what the last one threw.
 */
export async function attempts<T>(
  attempt: Attempt<T>,
  { times, delay, maxDelay, mayRepeat = isUnanswered }: Repetition,
  patience: Pick<Patience, "left" | "pause">,
): Promise<T> {
  let outcome: unknown;
  let sent = 0;
  for (let others = times; ; others--) {
    try {
      return await attempt(others);
    } catch (reason) {
      // What was sent before may have been done: that counts for more than that it was not sent again.
      if (!isUnsent(reason)) outcome = counted(reason, ++sent);
      else if (sent === 0) outcome = reason;
      const pause = Math.random() * Math.min(maxDelay, delay * 2 ** (times - others));
      if (others === 0 || !mayRepeat(reason) || pause >= patience.left) throw outcome;
      await patience.pause(pause).catch((end: unknown) => {
        throw hasCode(end, "expired") ? outcome : end;
      });
    }
  }
}

/** Nobody answered, or nobody was asked. */
function isUnanswered(reason: unknown): boolean {
  return hasCode(reason, "no_responders") || hasCode(reason, "timeout") || wasLeftUnsent(reason);
}

/** For want of a connection. What was not sent may always be sent again. */
export function wasLeftUnsent(reason: unknown): boolean {
  return hasCode(reason, "not_connected");
}

function isUnsent(reason: unknown): boolean {
  return hasCode(reason, "expired") || wasLeftUnsent(reason);
}

function hasCode(reason: unknown, code: Code): boolean {
  return isProtocolError(reason) && reason.code === code;
}

function counted(reason: unknown, attempts: number): unknown {
  if (attempts === 1 || !isProtocolError(reason)) return reason;
  const message = `${reason.rawMessage}; it was sent ${attempts} times`;
  return restated(reason, message, { attempts });
}
