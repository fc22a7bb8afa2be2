/** How a service says that it failed, on the wire and in programs. */
import { type Code, isProtocolError, ProtocolError } from "../error.js";
import type { DeclaredError } from "../protocol/message.js";
import type { Headers } from "../transport/transport.js";
import { isRecord } from "../value/validate.js";

/** Header with the text of a failure, as NATS services have it. */
const textHeader = "Nats-Service-Error";
/** Header with the code of a failure. */
const codeHeader = "Nats-Service-Error-Code";

/** The codes that this package's services answer with of themselves. They mean the same on the caller's side. */
const ownCodes: ReadonlySet<string> = new Set<Code>([
  "expired",
  "handler_failed",
  "handler_timeout",
  "invalid_request",
  "invalid_result",
  "malformed_message",
  "message_too_large",
  "overloaded",
  "unknown_command",
  "wrong_service",
]);

// Known to every copy of this package, as its errors are.
const isOwnRefusal = Symbol.for("kryten-sdk.refusal");

/** An answer of a handler. An error that another service answered with has the same form, and is none. */
class Refusal extends ProtocolError {
  get [isOwnRefusal](): true {
    return true;
  }
}

/**
 * What a handler throws to refuse a request: `throw refusal("no_such_station", "there is no station 7")`. The caller gets a
 * `command_failed` with the code as its `serviceCode`, and the message. A refusal is an answer, so it is not reported.
 *
 * @param serviceCode one of the codes that the command declares, or any other short name
 * @param details an object for the caller, where the envelope has a place for it
 */
export function refusal(serviceCode: string, message: string, details?: object): ProtocolError {
  return new Refusal("command_failed", message, { serviceCode, details });
}

/** Whether something that was thrown was made by `refusal`. */
export function isRefusal(reason: unknown): reason is ProtocolError {
  return isProtocolError(reason) && isOwnRefusal in reason;
}

/** What is said of a failure, as it travels. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: object;
}

/** What the caller is told of a failure. */
export function failureOf(error: ProtocolError): Failure {
  const { code, serviceCode = code, rawMessage: message, details } = error;
  return { code: serviceCode, message, details: isRecord(details) ? details : {} };
}

/** The header fields of a failure. */
export function headersOf({ code, message }: Failure): Headers {
  return { [textHeader]: asHeader(message), [codeHeader]: asHeader(code) };
}

/** The error that a failure in a reply stands for. A declared error is recognised by its text where the wire has no code. */
export function failureIn(
  { message, code, details }: Readonly<Record<string, unknown>>,
  { headers, errors }: { readonly headers: Headers | undefined; readonly errors: readonly DeclaredError[] },
): ProtocolError {
  const text = typeof message === "string" ? message : "the service gives no reason";
  const declared = errors.find(({ matches }) => matches !== undefined && new RegExp(matches, "u").test(text));
  const given = typeof code === "string" || typeof code === "number" ? String(code) : headers?.[codeHeader];
  return failure(text, given ?? declared?.code, details);
}

/** The error that the header of a reply stands for, if it does: other NATS services fail with an empty body. */
export function failureInHeaders(headers: Headers | undefined): ProtocolError | undefined {
  const code = headers?.[codeHeader];
  return code === undefined ? undefined : failure(headers?.[textHeader] ?? "the service gives no reason", code);
}

function failure(message: string, serviceCode: string | undefined, details?: unknown): ProtocolError {
  const code = serviceCode !== undefined && ownCodes.has(serviceCode) ? (serviceCode as Code) : "command_failed";
  const empty = isRecord(details) && Object.keys(details).length === 0;
  return new ProtocolError(code, message, { serviceCode, details: empty ? undefined : details });
}

/** A header field is one line of ASCII, and not a long one. The body has the whole text. */
function asHeader(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll(/[^ -~]/gu, "?")
    .slice(0, 200)
    .trim();
}
