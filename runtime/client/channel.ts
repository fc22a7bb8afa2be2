/** One channel of a client: its events, its services and its state. */

import type { CallOptions } from "../commands/call.js";
import { type Sender, senderOf } from "../commands/sender.js";
import { publishDurable, type StoredEvent } from "../durable/publish.js";
import type { AnyEvent, EventContext, PublishOptions } from "../events/event.js";
import type { EventIteration } from "../events/event-iteration.js";
import { EventStream } from "../events/event-stream.js";
import { interceptedHandler } from "../events/intercepted-event.js";
import { type Publication, publish } from "../events/publication.js";
import { type AnySelector, type Selection, selectionOf } from "../events/selection.js";
import { observeRequest } from "../observe/observer.js";
import type { Address } from "../protocol/address.js";
import type { CommandDescriptor, EventDescriptor } from "../protocol/message.js";
import { type Registration, together } from "../registration.js";
import { laneTo } from "../session/handler-run.js";
import type { Lane } from "../session/lane.js";
import type { Session } from "../session/session.js";
import { type AnyStateKey, stateOf } from "../state/state.js";
import type { IterationOptions, OnceOptions } from "./event-listening.js";
import { type EventSource, PulledEvents } from "./pulled-events.js";

/** A handler of events as the runtime calls it. */
export type AnyEventHandler = (event: AnyEvent, context: EventContext<Channel>) => unknown;

/** A method of a service. */
export type AnyMethod = (args?: unknown, options?: CallOptions) => Promise<unknown>;

/** The methods of services, by the members that services are, and their own names. */
export type AnyServices = Readonly<Record<string, Readonly<Record<string, AnyMethod>>>>;

/** A channel as it is inside the runtime, where no type of the protocol is known. `client.ts` says what programs see. */
export class Channel implements EventSource {
  readonly address: Address;
  readonly services: AnyServices;
  readonly state: Readonly<Record<string, AnyStateKey>>;
  readonly #session: Session;
  /** The usual one, and those of events that have a subject of their own. */
  readonly #streams = new Map<string, EventStream>();

  constructor(session: Session, address: Address) {
    this.#session = session;
    this.address = address;
    this.services = this.#servicesOf();
    this.state = stateOf(session, address);
    for (const [name, methods] of Object.entries(this.services)) {
      if (!(name in this)) Object.defineProperty(this, name, { value: methods, enumerable: true });
    }
  }

  /** The subject of all its events that have none of their own. It tells channels apart. */
  get eventPattern(): string {
    return this.#patternOf(undefined);
  }

  on(event: AnySelector, handler: AnyEventHandler): Registration {
    const selection = selectionOf(this.#session.wire, event);
    return this.listen(selection, this.#laneTo(handler, selection.ref));
  }

  onUnknown(handler: AnyEventHandler): Registration {
    const ref = `unknown events of ${this.#session.wire.protocol.name}`;
    return { stop: this.#stream(this.eventPattern).addUnknown(this.#laneTo(handler, ref)) };
  }

  async once(event: AnySelector, options: OnceOptions = {}): Promise<AnyEvent> {
    return new PulledEvents(this.#session, [this]).next(event, options);
  }

  events(event: AnySelector, options: IterationOptions = {}): EventIteration {
    return new PulledEvents(this.#session, [this]).each(event, options);
  }

  listen({ events }: Selection, lane: Lane<AnyEvent>): Registration {
    return together(events.map((event) => ({ stop: this.#stream(this.#patternOf(event)).add(event, lane) })));
  }

  publish(event: string | EventDescriptor, payload: unknown, options: PublishOptions = {}): void {
    publish(this.#session, this.#publication(event, payload), options);
  }

  async publishDurable(
    event: string | EventDescriptor,
    payload: unknown,
    options: PublishOptions = {},
  ): Promise<StoredEvent> {
    return publishDurable(this.#session, this.#publication(event, payload), options);
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#streams.values()].map((stream) => stream.drain()));
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  #publication(event: string | EventDescriptor, payload: unknown): Publication {
    const descriptor = this.#session.wire.event(typeof event === "string" ? event : event.name);
    return { descriptor, address: this.address, payload };
  }

  #laneTo(handler: AnyEventHandler, ref: string): Lane<AnyEvent> {
    const session = this.#session;
    return laneTo({ session, handler: interceptedHandler(session, handler), ref, channel: this });
  }

  #patternOf(descriptor: EventDescriptor | undefined): string {
    return this.#session.wire.eventSubject(descriptor).wildcard(this.address);
  }

  #stream(pattern: string): EventStream {
    let stream = this.#streams.get(pattern);
    if (stream === undefined) {
      stream = new EventStream(this.#session, this.address, pattern);
      this.#streams.set(pattern, stream);
    }
    return stream;
  }

  #servicesOf(): AnyServices {
    const services = Object.values(this.#session.wire.protocol.services).map(({ member, commands }) => {
      const methods = Object.entries(commands).map(([method, command]) => [method, this.#methodOf(command)] as const);
      return [member, Object.fromEntries(methods)] as const;
    });
    return Object.fromEntries(services);
  }

  #methodOf(descriptor: CommandDescriptor): AnyMethod {
    let sender: Sender | undefined;
    return async (args, options) => {
      sender ??= senderOf(this.#session, descriptor, this.address);
      const send = sender;
      const observer = this.#session.reporter.observers.current;
      if (observer === undefined) return send(args, options);
      return observeRequest(observer, descriptor.ref, () => send(args, options));
    };
  }
}
