/** The streams of a protocol on a bus. */
import { ProtocolError } from "../error.js";
import type { EventDescriptor, StreamDescriptor } from "../protocol/message.js";
import type { Subject } from "../protocol/subject.js";
import type { Wire } from "../protocol/wire.js";
import type { Session } from "../session/session.js";
import type { Stream } from "../transport/stream.js";
import { didYouMean, quote } from "../value/wording.js";

/** Events that are all kept by one stream. */
export interface KeptEvents {
  readonly stream: StreamDescriptor;
  readonly events: readonly EventDescriptor[];
}

/**
 * The stream that keeps these events.
 *
 * @param names of events; `*` is all that the protocol's only stream keeps
 * @throws ProtocolError `invalid_argument` when no stream, or not one stream, keeps them all
 */
export function keptEvents(wire: Wire, names: readonly string[]): KeptEvents {
  const streams = Object.values(wire.protocol.streams);
  const [only] = streams;
  if (names.includes("*") && only !== undefined && streams.length === 1) return kept(wire, only, only.events);
  const found = new Set(names.map((name) => streamOf(wire, name)));
  const [stream, other] = found;
  if (stream !== undefined && other === undefined) return kept(wire, stream, names);
  const kinds = [...found].map(({ name }) => name).join(" and ");
  throw invalid(
    found.size === 0 ? "no event is named" : `the events are kept by different streams, ${kinds}: ask for each`,
  );
}

/** The stream of that name. Throws `invalid_argument` when there is none. */
export function streamNamed({ protocol }: Wire, name: string): StreamDescriptor {
  const stream = Object.hasOwn(protocol.streams, name) ? protocol.streams[name] : undefined;
  if (stream !== undefined) return stream;
  throw invalid(`${protocol.name} has no stream ${quote(name)}${didYouMean(name, Object.keys(protocol.streams))}`);
}

/** Opens a stream of events. */
export async function openStream({ transport }: Session, descriptor: StreamDescriptor): Promise<Stream> {
  const { stream, subjects, storage, maximumAge, maximumBytes, maximumMessages, duplicateWindow } = descriptor;
  return await transport.stream({
    name: stream,
    subjects,
    storage,
    maximumAge: maximumAge * 1000,
    maximumBytes,
    maximumMessages,
    duplicateWindow: duplicateWindow * 1000,
  });
}

/** Opens the stream of dead letters of a stream. */
export async function openDeadLetters(session: Session, descriptor: StreamDescriptor): Promise<Stream> {
  const { deadLetters, storage, duplicateWindow } = descriptor;
  return await session.transport.stream({
    name: deadLetters.stream,
    subjects: [deadLetterSubject(session, descriptor).wildcard({})],
    storage,
    maximumAge: deadLetters.maximumAge * 1000,
    duplicateWindow: Math.min(duplicateWindow, deadLetters.maximumAge) * 1000,
  });
}

/** The subject of dead letters. */
export function deadLetterSubject({ wire }: Session, { deadLetters }: StreamDescriptor): Subject {
  return wire.subject(deadLetters.subject);
}

function streamOf(wire: Wire, name: string): StreamDescriptor {
  const event = wire.event(name);
  const stream = Object.values(wire.protocol.streams).find(({ events }) => events.includes(event.name));
  if (stream === undefined) throw invalid(`no stream keeps ${event.ref}: add it to one in the schema`);
  return stream;
}

function kept(wire: Wire, stream: StreamDescriptor, names: readonly string[]): KeptEvents {
  return { stream, events: names.map((name) => wire.event(name)) };
}

function invalid(reason: string): ProtocolError {
  return new ProtocolError("invalid_argument", reason);
}
