/** From a message of a stream to the event that it is. */
import type { AnyEvent } from "../events/event.js";
import { EventReader, type ReadableEvent } from "../events/event-reader.js";
import type { Address } from "../protocol/address.js";
import { decode } from "../protocol/codec.js";
import { located } from "../protocol/located.js";
import type { EventDescriptor } from "../protocol/message.js";
import type { Session } from "../session/session.js";
import { idHeader } from "../transport/bus-rules.js";
import type { StreamDelivery } from "../transport/stream.js";

/** Where an event happened: a channel, as the program has it. */
export interface Scene {
  readonly address: Address;
}

/** An event of a stream, and where it happened. */
export interface FoundEvent<Channel extends Scene> {
  readonly event: AnyEvent;
  readonly descriptor: EventDescriptor;
  readonly channel: Channel;
}

interface Route<Channel extends Scene> extends ReadableEvent {
  readonly reader: EventReader;
  readonly channel: Channel;
}

/** Reads the events that are wanted, in the channels where they are. */
export class EventRoutes<Channel extends Scene> {
  readonly #session: Session;
  /** By subject. Events whose names become the same token share one. */
  readonly #routes = new Map<string, readonly Route<Channel>[]>();

  constructor(session: Session, channels: readonly Channel[], events: readonly EventDescriptor[]) {
    this.#session = session;
    for (const channel of channels) {
      const reader = new EventReader(session.wire, channel.address);
      for (const descriptor of events) {
        const values = { ...channel.address, event: descriptor.name };
        const subject = session.wire.eventSubject(descriptor).build(values);
        const route = { ...reader.readable(descriptor), reader, channel };
        this.#routes.set(subject, [...(this.#routes.get(subject) ?? []), route]);
      }
    }
  }

  get subjects(): readonly string[] {
    return [...this.#routes.keys()];
  }

  /**
   * The event that a message is; nothing when it is one that is not wanted.
   *
   * @throws ProtocolError `invalid_message`, `malformed_message`, `message_too_large`
   */
  read({ subject, data, headers }: StreamDelivery): FoundEvent<Channel> | undefined {
    const routes = this.#routes.get(subject) ?? [];
    const [first] = routes;
    if (first === undefined) return undefined;
    try {
      const body = decode(data, this.#session.maximumMessageBytes);
      for (const route of routes) {
        const event = route.reader.read(body, route, subject);
        if (event === "elsewhere") return undefined;
        if (event === "other") continue;
        const { descriptor, channel } = route;
        return { event: headers === undefined ? event : Object.assign(event, { headers }), descriptor, channel };
      }
      // Another event, or none at all, which is an error.
      first.reader.readUnknown(body, subject);
      return undefined;
    } catch (reason) {
      throw located(reason, { subject, ref: this.#only(subject)?.ref });
    }
  }

  /** What is known of a message, whatever it is. */
  identify(delivery: StreamDelivery): { readonly event: string | undefined; readonly id: string | undefined } {
    const sent = delivery.headers?.[idHeader];
    try {
      const event = this.read(delivery)?.event;
      return { event: event?.name, id: event?.id ?? sent };
    } catch {
      return { event: this.#only(delivery.subject)?.name, id: sent };
    }
  }

  /** The one event that can come on a subject. */
  #only(subject: string): EventDescriptor | undefined {
    const routes = this.#routes.get(subject) ?? [];
    return routes.length === 1 ? routes[0]?.descriptor : undefined;
  }
}
