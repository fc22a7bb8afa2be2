/** The one error of the runtime, and the closed set of its codes. */
import type { TraceContext } from "./observe/trace.js";
import type { Violation } from "./value/violation.js";

/** What each code means, and what to do about it. The codes are part of the interface; the texts of messages are not. */
export const codes = {
  invalid_subject: "A name cannot be part of a subject, bucket or key. Use the name that the message suggests.",
  invalid_argument: "A function of this package was called with something it does not take. Change the call.",
  invalid_message:
    "A message has the wrong form. When sending: change the value. When receiving: its sender is at fault.",
  malformed_message: "Bytes are not JSON, or nest too deep. Their sender is at fault.",
  message_too_large: "A message is larger than the limit. Send less, or raise the limit on both sides.",
  invalid_request: "The arguments of a command do not fit its schema. The violations say where.",
  invalid_reply: "A service answered with something that is no reply. Check that both sides have the same contract.",
  invalid_result: "The result of a command does not fit its schema. The service is at fault; the violations say where.",
  unknown_command: "The service does not know the command. Check its name and the version of the service.",
  ignored_command: "The service is known to answer success and do nothing. Use what the message names instead.",
  command_failed: "The service refused, and says why. `serviceCode` holds its own code, when it has one.",
  expired: "The time was over before the command was begun. It was not carried out: it may be sent again.",
  overloaded: "Too much waits already. A command was not carried out: it may be sent again later.",
  ambiguous_reply:
    "More than one service answered a request. The first answer was taken; nothing tells whether it is from the one meant.",
  wrong_service: "The request reached a service that it was not meant for. Check the service's name.",
  no_responders: "Nobody listens. Start the service, and check that it is on the same subject and account.",
  timeout:
    "What was waited for did not come in time. A command may have been carried out: repeat it only when that does no harm.",
  cancelled: "The caller gave up, through its signal.",
  handler_failed: "A handler threw. `cause` is what it threw.",
  handler_timeout: "A handler did not finish in time.",
  postponed: "A handler of durable events asks for the event again later. It is no failure, and is not counted as one.",
  hopeless: "A handler of durable events gave an event up. It is a dead letter now.",
  unsettled:
    "A durable event was delivered as often as may be, and no program lived to say what came of it. It is a dead letter now.",
  connection_failed:
    "The server cannot be reached or does not let us in. Check the address, credentials and permissions.",
  connection_closed: "The connection is closed. Connect again.",
  not_connected:
    "There was no connection for as long as it might wait for one. It was not sent: whatever it was, it may be sent again.",
  slow_consumer:
    "This program read too slowly, so messages for it were dropped. Keep handlers short, or raise the server's limits.",
  bucket_missing: "There is no such bucket. Start the service that creates it, or ask for it to be created.",
  key_missing: "The bucket has no such key.",
  key_conflict: "Somebody else changed the key in between. Read it again, and decide again.",
  invalid_configuration:
    "A configuration cannot be used. The message names every setting at fault, and where it stands.",
  state_failed: "The key-value store refused. `cause` says why.",
  stream_failed: "The server does not keep messages as it should. The message and `cause` say why.",
  internal: "A defect of this package. Please report it with the message and the stack.",
} as const;

/** What went wrong, for programs. */
export type Code = keyof typeof codes;

/** Where it went wrong, and what there is to know about it. */
export interface ErrorContext {
  readonly subject?: string | undefined;
  /** The message: `<protocol>/events/<event>`, `<protocol>/<service>/<command>` and so on. */
  readonly ref?: string | undefined;
  readonly violations?: readonly Violation[] | undefined;
  /** The code that a service answered with. */
  readonly serviceCode?: string | undefined;
  /** What else a service answered with. */
  readonly details?: unknown;
  /** How often a command was sent, when that was more than once. */
  readonly attempts?: number | undefined;
  /** The step of a trace in which it happened. */
  readonly trace?: TraceContext | undefined;
  readonly cause?: unknown;
}

/**
 * Everything that this package throws. `message` is `[code] rawMessage (ref, subject)`, because tools often show nothing
 * else; a place that the raw message names already is not repeated.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: Code;
  /** The message without its code and place. */
  readonly rawMessage: string;
  readonly violations: readonly Violation[];
  declare readonly subject?: string;
  declare readonly ref?: string;
  declare readonly serviceCode?: string;
  declare readonly details?: unknown;
  declare readonly attempts?: number;
  declare readonly trace?: TraceContext;

  constructor(code: Code, message: string, context: ErrorContext = {}) {
    super(messageWith(code, message, context), context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.rawMessage = message;
    this.violations = context.violations ?? [];
    if (context.subject !== undefined) this.subject = context.subject;
    if (context.ref !== undefined) this.ref = context.ref;
    if (context.serviceCode !== undefined) this.serviceCode = context.serviceCode;
    if (context.details !== undefined) this.details = context.details;
    if (context.attempts !== undefined) this.attempts = context.attempts;
    if (context.trace !== undefined) this.trace = context.trace;
  }

  /**
   * Whatever was caught, as a ProtocolError: itself when it is one, otherwise wrapped under the `fallback` code with the
   * caught value as its cause.
   */
  static from(reason: unknown, fallback: Code, context: ErrorContext = {}): ProtocolError {
    return isProtocolError(reason) ? reason : wrapped(reason, fallback, context);
  }
}

// Outside of the class: bundlers give a class that names itself another name, and Node prints that.
function wrapped(cause: unknown, code: Code, context: ErrorContext): ProtocolError {
  return new ProtocolError(code, messageOf(cause), { ...context, cause });
}

/** Whether a value is a ProtocolError. Tells by name and form, not by class: two copies of this package may be loaded. */
export function isProtocolError(value: unknown): value is ProtocolError {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    value.name === "ProtocolError" &&
    "code" in value &&
    typeof value.code === "string" &&
    "rawMessage" in value
  );
}

function messageWith(code: Code, message: string, { ref, subject }: ErrorContext): string {
  const places = [ref, subject].filter((place) => place !== undefined && !message.includes(place));
  return `[${code}] ${message}${places.length === 0 ? "" : ` (${places.join(", ")})`}`;
}

/** What a handler threw: its name where that says more than `Error`, and its message. */
export function thrownText(reason: unknown): string {
  if (isProtocolError(reason)) return reason.rawMessage;
  const text = messageOf(reason);
  return reason instanceof Error && reason.name !== "Error" && text !== reason.name ? `${reason.name}: ${text}` : text;
}

function messageOf(reason: unknown): string {
  if (reason instanceof Error) return reason.message === "" ? reason.name : reason.message;
  if (typeof reason === "string" && reason !== "") return reason;
  return `${reason === null ? "null" : typeof reason} was thrown, which is not an error`;
}
