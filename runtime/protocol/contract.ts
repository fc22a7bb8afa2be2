/** The types that a protocol carries, as programs meet them. */
import type { Contract, EventDescriptor } from "./message.js";

/** The names of a protocol's events. */
export type EventName<C extends Contract> = keyof C["events"] & string;

/** How an event is named: by its name on the wire, or by its descriptor. */
export type EventReference<C extends Contract> = EventName<C> | EventDescriptor;

/** What may be listened to: an event, or all that the protocol knows. */
export type EventSelector<C extends Contract> = EventReference<C> | "*";

/** The payload of an event. */
export type EventPayload<C extends Contract, Event extends EventReference<C>> =
  Event extends EventDescriptor<infer Payload> ? Payload : Event extends keyof C["events"] ? C["events"][Event] : never;

/** The name of an event, as its type tells it. */
export type EventNameOf<Event> = Event extends string ? Event : string;

/** The names of a protocol's streams. */
export type StreamName<C extends Contract> = keyof C["streams"] & string;

/** The names of the events that streams keep. */
export type DurableEventName<C extends Contract> = C["streams"][keyof C["streams"]] & EventName<C>;

/** What may be consumed durably: an event that a stream keeps, or all that the protocol's only stream keeps. */
export type DurableEventSelector<C extends Contract> = DurableEventName<C> | "*";

/** The names of a protocol's lifecycle messages. */
export type LifecycleName<C extends Contract> = keyof C["lifecycle"] & string;

/** The names of a protocol's services. */
export type ServiceName<C extends Contract> = keyof C["handlers"] & string;

/** How a channel of a protocol is named: the last part of its address alone, or its parts, those with a default left out. */
export type ChannelOf<C extends Contract> = string | Readonly<Partial<C["address"]>>;

/** Something that only protocols without an address have. With one, it depends on the channel. */
export type WithoutAddress<C extends Contract, T> = keyof C["address"] extends never ? T : never;
