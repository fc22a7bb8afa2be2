/** Sending events. */
import { ProtocolError } from "../error.js";
import type { Address } from "../protocol/address.js";
import { encode } from "../protocol/codec.js";
import { invalidValue } from "../protocol/invalid.js";
import { located, type Place } from "../protocol/located.js";
import type { EventDescriptor } from "../protocol/message.js";
import { stamp } from "../protocol/stamp.js";
import { Run } from "../session/dispatch.js";
import type { PublishExchange } from "../session/exchange.js";
import { intercept } from "../session/interceptor.js";
import type { Session } from "../session/session.js";
import { isThenable } from "../session/thenable.js";
import { joined } from "../value/joined.js";
import type { PublishOptions } from "./event.js";

/** One event, and where it is sent. */
export interface Publication {
  readonly descriptor: EventDescriptor;
  readonly address: Address;
  readonly payload: unknown;
}

/**
 * Sends an event. While there is no connection it waits for one, for as long as a request may take; that it was not sent after
 * all is reported.
 *
 * @throws ProtocolError `invalid_message`, `invalid_argument`, `invalid_subject`, `message_too_large`, `connection_closed`
 */
export function publish(session: Session, publication: Publication, options: PublishOptions): void {
  const subject = checkedSubject(session, publication);
  const place = { subject, ref: publication.descriptor.ref };
  try {
    if (session.interceptors.length > 0) sendIntercepted(session, publication, { subject, options });
    else session.outbox.post(place, sending(session, publication, { subject, options }));
  } catch (reason) {
    throw located(reason, place, "handler_failed");
  }
}

/**
 * The subject of an event that may be sent.
 *
 * @throws ProtocolError `invalid_message`, `invalid_subject`
 */
export function checkedSubject({ wire }: Session, { descriptor, address, payload }: Publication): string {
  const subject = wire.eventSubject(descriptor).build({ ...address, event: descriptor.name });
  if (descriptor.payload.check(payload, "refuse")) return subject;
  const refused = { what: "the payload", code: "invalid_message", subject, ref: descriptor.ref } as const;
  throw invalidValue(descriptor.payload, { value: payload, fields: "refuse" }, refused);
}

/** An event in its envelope. */
export function bytesOf({ wire }: Session, publication: Publication, options: PublishOptions): Uint8Array {
  const { descriptor, address, payload } = publication;
  const values = joined(address, { event: descriptor.name, payload }, stamp(options));
  return encode(wire.eventEnvelope(descriptor.envelope).write(values));
}

/** An event as interceptors see it. */
export function publishExchange(
  { descriptor, address, payload: value }: Publication,
  sent: Pick<PublishExchange, "subject" | "id" | "headers">,
): PublishExchange {
  return { kind: "publish", ref: descriptor.ref, descriptor, address, value, ...sent, signal: undefined };
}

interface Sending {
  readonly subject: string;
  readonly options: PublishOptions;
}

/** What sends an event that is written already. */
function sending(session: Session, publication: Publication, { subject, options }: Sending): () => void {
  const { transport, reporter } = session;
  const data = bytesOf(session, publication, options);
  return () => {
    transport.publish(subject, data, options.headers);
    reporter.observers.current?.published(publication.descriptor.ref);
  };
}

function sendIntercepted(session: Session, publication: Publication, { subject, options }: Sending): void {
  const { id = crypto.randomUUID() } = options;
  const { ref } = publication.descriptor;
  const headers = { ...options.headers };
  const exchange = publishExchange(publication, { subject, id, headers });
  let waiting: Promise<void> | undefined;
  const act = () => {
    const send = sending(session, publication, { subject, options: { ...options, id, headers } });
    if (session.outbox.isOpen) return send();
    waiting = session.outbox.send({ subject }, send);
    return waiting;
  };
  const outcome = intercept(session.interceptors, exchange, act);
  // An interceptor need not wait for what waits itself.
  const rest = isThenable(outcome) ? outcome : waiting;
  if (rest !== undefined) session.dispatcher.start(new Pending(session, { subject, ref }, rest));
}

/** Interceptors that are not done with an event when its sender is, or a connection that is not there yet. */
class Pending extends Run {
  readonly #session: Session;
  readonly #place: Place;
  readonly #outcome: PromiseLike<unknown>;

  constructor(session: Session, place: Place, outcome: PromiseLike<unknown>) {
    super();
    this.#session = session;
    this.#place = place;
    this.#outcome = outcome;
  }

  call(): PromiseLike<unknown> {
    return this.#outcome;
  }

  succeeded(): void {}

  failed(reason: unknown): void {
    this.#session.reporter.error(located(reason, this.#place, "handler_failed"));
  }

  expired(): void {
    const limit = `${this.#session.dispatcher.handlerTimeout} ms`;
    const reason = `the interceptors of ${this.#place.ref} did not finish within ${limit}`;
    this.failed(new ProtocolError("handler_timeout", reason));
  }

  abandoned(): void {}
}
