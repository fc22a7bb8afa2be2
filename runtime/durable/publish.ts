/** Sending events so that it is known that they are kept. */
import { ProtocolError } from "../error.js";
import type { PublishOptions } from "../events/event.js";
import { bytesOf, checkedSubject, type Publication, publishExchange } from "../events/publication.js";
import { located } from "../protocol/located.js";
import { intercept } from "../session/interceptor.js";
import type { Session } from "../session/session.js";
import { keptEvents, openStream } from "./streams.js";

/** An event that its stream keeps. */
export interface StoredEvent {
  readonly id: string;
  /** Of the event in its stream. */
  readonly sequence: number;
  /** Whether an event with the same id was kept already, and this one was not needed. */
  readonly duplicate: boolean;
}

/**
 * Sends an event, and resolves when its stream keeps it.
 *
 * @throws ProtocolError as `publish` and a stream's `publish`
 */
export async function publishDurable(
  session: Session,
  publication: Publication,
  options: PublishOptions,
): Promise<StoredEvent> {
  const { ref, name } = publication.descriptor;
  const { stream: descriptor } = keptEvents(session.wire, [name]);
  const subject = checkedSubject(session, publication);
  const { id = crypto.randomUUID() } = options;
  const headers = { ...options.headers };
  let stored: StoredEvent | undefined;
  const send = async () => {
    const data = bytesOf(session, publication, { ...options, id });
    const keep = async (timeout: number) => {
      const stream = await openStream(session, descriptor);
      return stream.publish(subject, data, { id, headers, timeout });
    };
    stored = { id, ...(await session.outbox.send({ subject }, keep)) };
    session.reporter.observers.current?.published(ref);
  };
  try {
    await intercept(session.interceptors, publishExchange(publication, { subject, id, headers }), send);
  } catch (reason) {
    throw located(reason, { subject, ref }, "handler_failed");
  }
  if (stored !== undefined) return stored;
  throw new ProtocolError("cancelled", "an interceptor did not let the event go on", { subject, ref });
}
