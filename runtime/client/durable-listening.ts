/** How programs get at events that they must not miss. */
import type { DeadLetter } from "../durable/dead-letter.js";
import type { ConsumerOptions } from "../durable/durable-events.js";
import type { DurableContext } from "../durable/message.js";
import type { EventOf } from "../events/event.js";
import type { DurableEventName, DurableEventSelector, StreamName } from "../protocol/contract.js";
import type { Contract } from "../protocol/message.js";
import type { Registration } from "../registration.js";
import type { Channel } from "./client.js";
import type { Where } from "./event-listening.js";

/** How durable events are consumed, and where. */
export interface DurableOptions<C extends Contract> extends ConsumerOptions, Where<C> {}

/**
 * A handler of durable events. Returning settles the event; throwing brings it back after the backoff of its stream, and at the
 * limit makes it a dead letter. `throw later(ms)` and `throw hopeless(reason)` say otherwise. It gets one event of a channel at a
 * time, in the order of the stream; what comes back comes later.
 */
export type DurableHandler<C extends Contract, Event extends DurableEventSelector<C>> = (
  event: EventOf<C, Event extends "*" ? DurableEventName<C> : Event>,
  context: DurableContext<Channel<C>>,
) => unknown;

/** A handler of events that were given up. When it throws, it gets the event again after the backoff, for ever. */
export type DeadLetterHandler<C extends Contract, Name extends StreamName<C>> = (
  letter: DeadLetter<C["streams"][Name] & string>,
  context: DurableContext<undefined>,
) => unknown;

/** The events that streams keep, for the programs that share a name. */
export interface DurableListening<C extends Contract> {
  /**
   * Calls the handler for each of these events, of all channels the client was started for or of some, at least once: also
   * for those that happened while no program of that name was there. Resolves when the server knows of it. Programs of one
   * name must want the same events of the same channels.
   *
   * @param events of one stream; `*` is all that the protocol's only stream keeps
   * @throws ProtocolError `invalid_argument`, `stream_failed`, `not_connected`, `connection_closed`
   */
  durable<Event extends DurableEventSelector<C>>(
    events: Event | readonly Event[],
    options: DurableOptions<C>,
    handler: DurableHandler<C, Event>,
  ): Promise<Registration>;
  /**
   * Calls the handler for each event of a stream that a consumer gave up, whichever. The letters stay stored for as long as the
   * schema says; the name remembers which were handled.
   *
   * @throws ProtocolError `invalid_argument`, `stream_failed`, `not_connected`, `connection_closed`
   */
  deadLetters<Name extends StreamName<C>>(
    stream: Name,
    options: ConsumerOptions,
    handler: DeadLetterHandler<C, Name>,
  ): Promise<Registration>;
}
