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

/** What to do about what was received. About what is to be sent, the violations say it. */
const advice: Readonly<Partial<Record<Code, string>>> = {
  invalid_message: "its sender is at fault",
  invalid_reply: "check that both sides have the same contract",
  invalid_result: "the service is at fault",
};

/** How many violations a message tells. All are in its `violations`. */
const mostTold = 3;

/** The error for a value that its compiled check did not accept. Slow: it walks the shape to say why. */
export function invalidValue(
  payload: Payload<unknown>,
  { value, fields }: { readonly value: unknown; readonly fields: UnknownFields },
  refused: Refused,
): ProtocolError {
  const found = violations(payload.shape(), value, fields);
  return fields === "tolerate" ? invalid(found, refused) : withAdvice(found, refused, undefined);
}

/** The error for these violations of what was received. */
export function invalid(found: readonly Violation[], refused: Refused): ProtocolError {
  return withAdvice(found, refused, advice[refused.code]);
}

function withAdvice(found: readonly Violation[], refused: Refused, todo: string | undefined): ProtocolError {
  const { what, code, subject, ref } = refused;
  const [first, ...others] = found.slice(0, mostTold);
  const parts = [
    first === undefined ? `${what} is not what the schema says` : sentence(what, first),
    ...others.map(({ pointer, message }) => `${pointer} ${message}`.trimStart()),
    ...(found.length > mostTold ? [`and ${found.length - mostTold} more`] : []),
    ...(todo === undefined ? [] : [todo]),
  ];
  return new ProtocolError(code, listed(parts), { subject, ref, violations: found });
}

function sentence(what: string, { pointer, message }: Violation): string {
  return pointer === "" ? `${what} ${message}` : `${what}: ${pointer} ${message}`;
}

/** One after the other. A part that ends in a suggestion is a question. */
function listed(parts: readonly string[]): string {
  return parts.reduce((text, part) => `${text}${text.endsWith("?") ? "" : ";"} ${part}`);
}
