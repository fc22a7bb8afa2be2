/** Events that a consumer could not handle: stored as they came, with what is known about the failure beside them. */
import { type Code, codes, type ProtocolError } from "../error.js";
import type { StreamDelivery } from "../transport/stream.js";
import type { Headers } from "../transport/transport.js";

/** An event that a consumer gave up. */
export interface DeadLetter<Name extends string = string> {
  /** Why: `handler_failed`, `handler_timeout`, `hopeless`, `unsettled`, or `invalid_message` and the like. */
  readonly reason: Code;
  /** The same in words. */
  readonly message: string;
  /** The event, as far as it could be told. */
  readonly event: Name | undefined;
  /** The event's id, as far as there is one. */
  readonly id: string | undefined;
  /** The subject that the event came on. */
  readonly subject: string;
  /** The consumer that gave it up. */
  readonly consumer: string;
  /** How often the consumer had got it. */
  readonly deliveries: number;
  /** Of the event in its stream. */
  readonly sequence: number;
  /** When it was given up, ISO 8601. */
  readonly timestamp: string;
  /** The message as it came. Empty when it was too large to be stored together with its story. */
  readonly data: Uint8Array;
}

/** What there is to tell about a failure. */
export interface Failure {
  readonly error: ProtocolError;
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly consumer: string;
}

const prefix = "Dead-Letter-";

/** The header fields of an event without the server's own. */
export function ownHeaders({ headers = {} }: StreamDelivery): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("Nats-")));
}

/** What became of an event, as header fields of its dead letter. */
export function storyHeaders(delivery: StreamDelivery, { error, event, id, consumer }: Failure): Headers {
  const story = {
    Reason: error.code,
    Message: error.rawMessage,
    Event: event,
    Id: id,
    Subject: delivery.subject,
    Consumer: consumer,
    Deliveries: String(delivery.deliveries),
    Sequence: String(delivery.sequence),
    Timestamp: new Date().toISOString(),
  };
  const told = Object.entries(story).flatMap(([name, text]) =>
    text === undefined ? [] : [[`${prefix}${name}`, asHeader(text)]],
  );
  return Object.fromEntries(told);
}

/** A dead letter that was stored. What others put into its stream is read as far as it goes. */
export function deadLetterOf({ headers = {}, subject, data }: StreamDelivery): DeadLetter {
  const field = (name: string): string | undefined => headers[`${prefix}${name}`];
  const reason = field("Reason") ?? "";
  return {
    reason: isCode(reason) ? reason : "internal",
    message: field("Message") ?? "its story was not told",
    event: field("Event"),
    id: field("Id"),
    subject: field("Subject") ?? subject,
    consumer: field("Consumer") ?? "",
    deliveries: Number(field("Deliveries") ?? 0),
    sequence: Number(field("Sequence") ?? 0),
    timestamp: field("Timestamp") ?? "",
    data,
  };
}

function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}

/** A header field is one line, and not a long one. */
function asHeader(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, " ")
    .slice(0, 500)
    .trim();
}
