/** The runtime's own opinion, as a rule can use it. */
import { ProtocolError } from "../../../runtime/error.js";

/** What came of asking the runtime for something. */
export type Outcome<T> = { readonly value: T } | { readonly complaint: string };

/** Ask the runtime for something that it may refuse with a ProtocolError. Other errors are bugs, and pass through. */
export function ask<T>(act: () => T): Outcome<T> {
  try {
    return { value: act() };
  } catch (error) {
    if (error instanceof ProtocolError) return { complaint: error.rawMessage };
    throw error;
  }
}
