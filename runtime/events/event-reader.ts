/** Opening the envelopes of events. */

import { ProtocolError } from "../error.js";
import { type Address, addressIn, agrees, isAddressed } from "../protocol/address.js";
import type { CompiledTemplate } from "../protocol/envelope.js";
import { invalid, invalidValue } from "../protocol/invalid.js";
import type { EventDescriptor } from "../protocol/message.js";
import type { Wire } from "../protocol/wire.js";
import type { Violation } from "../value/violation.js";
import { describe } from "../value/wording.js";
import type { AnyEvent } from "./event.js";
import { lastOf, type ReadUsual, usualEnvelope } from "./usual-envelope.js";

/** An event that may be read, with all that reading it takes. */
export interface ReadableEvent {
  readonly descriptor: EventDescriptor;
  readonly envelope: CompiledTemplate;
  readonly readUsual: ReadUsual | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** Opens what arrives in one channel. */
export class EventReader {
  readonly #wire: Wire;
  readonly #address: Address;

  constructor(wire: Wire, address: Address) {
    this.#wire = wire;
    this.#address = address;
  }

  /** Prepares an event for being read. */
  readable(descriptor: EventDescriptor): ReadableEvent {
    const envelope = this.#wire.eventEnvelope(descriptor.envelope);
    const source = this.#wire.protocol.envelopes[descriptor.envelope];
    const readUsual = source?.kind === "event" ? usualEnvelope(source.body, descriptor, this.#address) : undefined;
    return { descriptor, envelope, readUsual };
  }

  /**
   * What the message is as this event: the event; `elsewhere` when it belongs to another channel; or `other` when it is
   * another event, or none.
   *
   * @throws ProtocolError `invalid_message`
   */
  read(body: unknown, event: ReadableEvent, subject: string): AnyEvent | "elsewhere" | "other" {
    const { descriptor, envelope, readUsual } = event;
    const usual = readUsual?.(body, subject);
    if (usual !== undefined) return usual;
    const reading = envelope.read(body);
    if (!reading.matched || (reading.values["event"] ?? descriptor.name) !== descriptor.name) return "other";
    const { values } = reading;
    if (!this.#isHere(values)) return "elsewhere";
    const payload = values["payload"];
    if (descriptor.payload.check(payload, "tolerate")) return this.#received(descriptor.name, values, subject);
    throw invalidValue(
      descriptor.payload,
      { value: payload, fields: "tolerate" },
      { what: "the payload", code: "invalid_message" },
    );
  }

  /**
   * A message that is none of the events somebody waits for: an event that the protocol does not know; or `elsewhere`; or
   * `known` when it is an event that nobody waits for.
   *
   * @throws ProtocolError `invalid_message` when it is no event at all, or one that has no business on the subject
   */
  readUnknown(body: unknown, subject: string): AnyEvent | "elsewhere" | "known" {
    const values = this.#open(body);
    const name = values["event"] ?? this.#wire.eventSubject(undefined).match(subject)?.["event"];
    if (typeof name !== "string" || !this.#belongs(name, subject)) {
      const reason = `the message calls itself ${describe(name)}, which does not belong on its subject`;
      throw new ProtocolError("invalid_message", reason);
    }
    if (!this.#isHere(values)) return "elsewhere";
    return Object.hasOwn(this.#wire.protocol.events, name) ? "known" : this.#received(name, values, subject);
  }

  /** The parts of a message, by whichever envelope fits. */
  #open(body: unknown): Values {
    const names = new Set(Object.values(this.#wire.protocol.events).map(({ envelope }) => envelope));
    const found: Violation[] = [];
    for (const name of names) {
      const reading = this.#wire.eventEnvelope(name).read(body);
      if (reading.matched) return reading.values;
      found.push(reading.violation);
    }
    throw invalid(found, { what: "the envelope", code: "invalid_message" });
  }

  #belongs(name: string, subject: string): boolean {
    const { events } = this.#wire.protocol;
    const descriptor = Object.hasOwn(events, name) ? events[name] : undefined;
    try {
      return this.#wire.eventSubject(descriptor).build({ ...this.#address, event: name }) === subject;
    } catch {
      return false;
    }
  }

  #isHere(values: Values): boolean {
    if (agrees(values, this.#address)) return true;
    if (isAddressed(this.#wire.protocol.address, values)) return false;
    throw new ProtocolError("invalid_message", "the envelope has a part of the address that is not a text");
  }

  /** With the address as its sender spells it. */
  #received(name: string, { payload, timestamp, id, ...said }: Values, subject: string): AnyEvent {
    const address = { ...this.#address, ...addressIn(this.#wire.protocol.address, said) } as Address;
    return {
      name,
      payload,
      address,
      channel: lastOf(address),
      timestamp: typeof timestamp === "string" ? timestamp : undefined,
      id: typeof id === "string" ? id : undefined,
      subject,
    };
  }
}
