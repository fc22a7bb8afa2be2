/** How programs get at events. */

import type { StoredEvent } from "../durable/publish.js";
import type { EventContext, EventOf, PublishOptions, ReceivedEvent } from "../events/event.js";
import type { DurableEventName, EventPayload, EventReference, EventSelector } from "../protocol/contract.js";
import type { Contract } from "../protocol/message.js";
import type { Registration } from "../registration.js";
import type { Channel } from "./client.js";

/** A handler of events. It may be asynchronous; it gets one event of a channel at a time, in order of arrival. */
export type EventHandler<C extends Contract, Event extends EventSelector<C> = EventReference<C>> = (
  event: EventOf<C, Event>,
  context: EventContext<Channel<C>>,
) => unknown;

/** A handler of events that the protocol does not know. Nothing is known of their payload. */
export type UnknownEventHandler<C extends Contract> = (
  event: ReceivedEvent<unknown, C["address"]>,
  context: EventContext<Channel<C>>,
) => unknown;

/** How long events are waited for. */
export interface IterationOptions {
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
}

/** How long one event is waited for. */
export interface OnceOptions extends IterationOptions {
  /** In ms. Default: for as long as the client is open. */
  readonly timeout?: number | undefined;
}

/** Some of the channels of a client: those whose address has these parts. Upper and lower case do not matter. */
export type ChannelFilter<C extends Contract> = Readonly<Partial<C["address"]>>;

/** Where events are listened for. */
export interface Where<C extends Contract> {
  /** Only in these of the client's channels. */
  readonly where?: ChannelFilter<C> | undefined;
}

/** The events of a channel, or of all channels of a client. An event `*` is every event that the protocol knows. */
export interface EventListening<C extends Contract> {
  /** Calls the handler for each event of that name. For `*`, the event's `name` tells which payload it has. */
  on<Event extends EventSelector<C>>(event: Event, handler: EventHandler<C, Event>): Registration;
  /** Calls the handler for each event that the protocol does not know. */
  onUnknown(handler: UnknownEventHandler<C>): Registration;
  /**
   * Waits for the next event of that name.
   *
   * @throws ProtocolError `timeout`; `cancelled` by its signal; `connection_closed` when the client is closed, and
   * `connection_failed` when the connection is lost for good; `invalid_argument`
   */
  once<Event extends EventSelector<C>>(event: Event, options?: OnceOptions): Promise<EventOf<C, Event>>;
  /**
   * Listens at once, and gives the events of that name one after another: `for await (const event of ...)`. What arrives
   * while the loop is busy waits; when more than `maxWaiting` wait, the oldest are given up, and counted. It ends when the
   * loop is left, its signal is aborted, or the client is closed; after that nothing is listened for any more.
   *
   * @throws ProtocolError `invalid_argument` here; in the loop, `connection_failed` when the connection is lost for good
   */
  events<Event extends EventSelector<C>>(
    event: Event,
    options?: IterationOptions,
  ): AsyncIterableIterator<EventOf<C, Event>>;
  /**
   * Sends an event, as the one who is its source. Only for a channel, and a client that has one. While the connection is lost
   * the event waits for it; `onError` is told when it was not sent after all.
   *
   * @throws ProtocolError `invalid_message`, `invalid_argument`, `message_too_large`, `connection_closed`
   */
  publish<Event extends EventReference<C>>(
    event: Event,
    payload: EventPayload<C, Event>,
    options?: PublishOptions,
  ): void;
  /**
   * Sends an event that a stream keeps, and resolves when it is kept. After an error it may be kept or not: send it again with the
   * same `id`, and it is kept once.
   *
   * @throws ProtocolError as `publish`; `not_connected`, `stream_failed`, `timeout`, `connection_failed`
   */
  publishDurable<Event extends DurableEventName<C>>(
    event: Event,
    payload: EventPayload<C, Event>,
    options?: PublishOptions,
  ): Promise<StoredEvent>;
}

/** The same for all channels of a client, of which some may be chosen. */
export interface ClientEventListening<C extends Contract> extends EventListening<C> {
  on<Event extends EventSelector<C>>(event: Event, handler: EventHandler<C, Event>): Registration;
  /**
   * Calls the handler for each event of that name in some of the client's channels: `on("joined", { room: "lobby" }, ...)`. A
   * client that was started for no channels needs an address that names one.
   *
   * @throws ProtocolError `invalid_argument` when none of the client's channels is meant
   */
  on<Event extends EventSelector<C>>(
    event: Event,
    where: ChannelFilter<C>,
    handler: EventHandler<C, Event>,
  ): Registration;
  once<Event extends EventSelector<C>>(event: Event, options?: OnceOptions & Where<C>): Promise<EventOf<C, Event>>;
  events<Event extends EventSelector<C>>(
    event: Event,
    options?: IterationOptions & Where<C>,
  ): AsyncIterableIterator<EventOf<C, Event>>;
}
