/** Errors of the pure parts, which know what is wrong but not where it came from. */
import { type Code, type ErrorContext, ProtocolError } from "../error.js";

/** Where a message was met. */
export type Place = Pick<ErrorContext, "subject" | "ref" | "trace">;

/**
 * A caught error, with the place it happened at. What it says of its own place stays.
 *
 * @param fallback the code when it is not a ProtocolError yet
 */
export function located(reason: unknown, place: Place, fallback: Code = "internal"): ProtocolError {
  const error = ProtocolError.from(reason, fallback, place);
  const { subject = place.subject, ref = place.ref, trace = place.trace } = error;
  if (subject === error.subject && ref === error.ref && trace === error.trace) return error;
  return restated(error, error.rawMessage, { subject, ref, trace });
}

/** An error in other words, or with more known about it. It stands in place of the first, which is not its cause. */
export function restated(error: ProtocolError, message: string, more: ErrorContext): ProtocolError {
  const { code, subject, ref, violations, serviceCode, details, attempts, trace, cause } = error;
  const known = { subject, ref, violations, serviceCode, details, attempts, trace, cause };
  const copy = new ProtocolError(code, message, { ...known, ...more });
  // Where it went wrong, not where more was found out.
  if (error.stack !== undefined) copy.stack = error.stack.replace(error.message, () => copy.message);
  return copy;
}
