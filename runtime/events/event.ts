/** Events as programs see them. */
import type { TraceContext } from "../observe/trace.js";
import type { Address } from "../protocol/address.js";
import type { EventName, EventNameOf, EventPayload, EventReference, EventSelector } from "../protocol/contract.js";
import type { Contract } from "../protocol/message.js";
import type { Headers } from "../transport/transport.js";

/** An event, after its envelope was opened and its payload checked. */
export interface ReceivedEvent<Payload = unknown, Address extends object = object, Name extends string = string> {
  /** As on the wire. */
  readonly name: Name;
  readonly payload: Payload;
  /** Where it happened, as its sender spells it. */
  readonly address: Readonly<Address>;
  /** The last part of the address. */
  readonly channel: keyof Address extends never ? undefined : string;
  /** When it happened, ISO 8601, if its sender says. */
  readonly timestamp: string | undefined;
  readonly id: string | undefined;
  readonly subject: string;
  /** The message's header fields, when it has any. */
  readonly headers?: Headers;
}

/** The event that a handler gets: of all events, one that its `name` tells from the others. */
export type EventOf<C extends Contract, Event extends EventSelector<C>> =
  Event extends EventReference<C>
    ? ReceivedEvent<EventPayload<C, Event>, C["address"], EventNameOf<Event>>
    : { [Name in EventName<C>]: ReceivedEvent<C["events"][Name], C["address"], Name> }[EventName<C>];

/** An event as it is carried about inside the runtime, where its type is not known. */
export type AnyEvent = ReceivedEvent<unknown, Address>;

/** What a handler of events is given besides the event. */
export interface EventContext<Channel = unknown> {
  /** The channel it happened in: answer here. */
  readonly channel: Channel;
  readonly subject: string;
  /** Aborted when the handler has taken too long, and when the client is closed. */
  readonly signal: AbortSignal;
  /** The step of a trace that the handler is, when an interceptor says so. */
  readonly trace: TraceContext | undefined;
}

/** What may be said about an event that is published. */
export interface PublishOptions {
  /** Default: a new UUID. */
  readonly id?: string;
  /** ISO 8601. Default: now. */
  readonly timestamp?: string;
  /** Header fields that travel with it. */
  readonly headers?: Headers;
}
