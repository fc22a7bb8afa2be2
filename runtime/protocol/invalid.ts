/** Errors that say why a value or a body was refused. */
import { type Code, type ErrorContext, ProtocolError } from "../error.js";
import type { UnknownFields } from "../value/shape.js";
import { type Violation, violations } from "../value/violation.js";
import type { Payload } from "./message.js";

/** What was refused, in the words of the one who reads the message: `the payload`. */
export interface Refused extends Pick<ErrorContext, "subject" | "ref"> {
  readonly what: string;
  readonly code: Code;
}

/** The error for a value that its compiled check did not accept. Slow: it walks the shape to say why. */
export function invalidValue(
  payload: Payload<unknown>,
  { value, fields }: { readonly value: unknown; readonly fields: UnknownFields },
  refused: Refused,
): ProtocolError {
  return invalid(violations(payload.shape(), value, fields), refused);
}

/** The error for these violations. */
export function invalid(found: readonly Violation[], { what, code, subject, ref }: Refused): ProtocolError {
  const [first] = found;
  const reason = first === undefined ? `${what} is not what the schema says` : sentence(what, first);
  const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
  return new ProtocolError(code, `${reason}${more}`, { subject, ref, violations: found });
}

function sentence(what: string, { pointer, message }: Violation): string {
  return pointer === "" ? `${what} ${message}` : `${what}: ${pointer} ${message}`;
}
