/** The durable events of one client: who consumes them here, and those that were given up. */

import { checkCount } from "../amount.js";
import { isProtocolError, ProtocolError } from "../error.js";
import type { AnyEvent } from "../events/event.js";
import { interceptedHandler } from "../events/intercepted-event.js";
import { type ChannelFilter, keyOf } from "../protocol/address.js";
import type { StreamDescriptor } from "../protocol/message.js";
import type { Registration } from "../registration.js";
import { checkHandler } from "../session/handler-run.js";
import type { Session } from "../session/session.js";
import { checkConsumerName } from "../transport/bus-rules.js";
import type { ConsumeOptions, StreamDelivery } from "../transport/stream.js";
import { connectionClosed } from "../transport/transport-error.js";
import { describe } from "../value/wording.js";
import { type Consuming, DurableConsumer } from "./consumer.js";
import { type DeadLetter, deadLetterOf, ownHeaders, storyHeaders } from "./dead-letter.js";
import { EventRoutes, type Scene } from "./event-routes.js";
import type { DurableContext, Readable } from "./message.js";
import { deadLetterSubject, keptEvents, openDeadLetters, openStream, streamNamed } from "./streams.js";

/** How durable messages are consumed. */
export interface ConsumerOptions {
  /**
   * What the programs call themselves that share the work: each message reaches one of them. The server remembers by it how
   * far they have got. ASCII letters, digits, `-` and `_`.
   */
  readonly name: string;
  /** How many messages may be unsettled at one time, over all programs of that name. Default: 64. */
  readonly inFlight?: number | undefined;
  /** Where to begin when nobody of that name was there before. Default: `now`. */
  readonly start?: "now" | "beginning" | undefined;
}

/** A handler as the runtime calls it. */
export type AnyDurableHandler<Message, Channel> = (message: Message, context: DurableContext<Channel>) => unknown;

/** @throws ProtocolError `invalid_argument` */
function checkOptions({ name, inFlight = 1, start = "now" }: ConsumerOptions): void {
  checkConsumerName(name);
  checkCount("inFlight", inFlight);
  if (start === "now" || start === "beginning") return;
  throw new ProtocolError("invalid_argument", `start must be "now" or "beginning", not ${describe(start)}`);
}

/** All consumers of one client. */
export class DurableEvents<Channel extends Scene> {
  readonly #session: Session;
  readonly #choose: (where: ChannelFilter | undefined) => readonly Channel[];
  readonly #consumers = new Set<DurableConsumer>();
  #isOver = false;

  /** @param choose the channels whose address has these parts; without any, those that the client was started for */
  constructor(session: Session, choose: (where: ChannelFilter | undefined) => readonly Channel[]) {
    this.#session = session;
    this.#choose = choose;
    session.endings.add(() => this.#stop());
  }

  /** Calls the handler for each of these events in some channels, until it has handled it. */
  async consume(
    names: string | readonly string[],
    { where, ...options }: ConsumerOptions & { readonly where?: ChannelFilter | undefined },
    handler: AnyDurableHandler<AnyEvent, Channel>,
  ): Promise<Registration> {
    checkOptions(options);
    const { wire, reporter, outbox } = this.#session;
    const { stream, events } = keptEvents(wire, [names].flat());
    const routes = new EventRoutes(this.#session, this.#choose(where), events);
    const intercepted = interceptedHandler(this.#session, handler);
    const read = (delivery: StreamDelivery): Readable | undefined => {
      const found = routes.read(delivery);
      if (found === undefined) return undefined;
      const { event, descriptor, channel } = found;
      reporter.observers.current?.received(descriptor.ref);
      const handle = (context: DurableContext) => intercepted(event, context as DurableContext<Channel>);
      return { ref: descriptor.ref, lane: keyOf(channel.address), channel, handle };
    };
    return outbox.send({}, async () => {
      const bury = await this.#burial(stream, options.name, routes);
      const opened = await openStream(this.#session, stream);
      return this.#start({ stream: opened, ...this.#usual(stream, options, routes.subjects), read, bury });
    });
  }

  /** Calls the handler for each event of a stream that was given up. */
  async consumeDeadLetters(
    name: string,
    options: ConsumerOptions,
    handler: AnyDurableHandler<DeadLetter, undefined>,
  ): Promise<Registration> {
    checkOptions(options);
    checkHandler(handler);
    const stream = streamNamed(this.#session.wire, name);
    const subject = deadLetterSubject(this.#session, stream).wildcard({});
    const ref = `dead letters of ${stream.ref}`;
    const read = (delivery: StreamDelivery): Readable => {
      const letter = deadLetterOf(delivery);
      const handle = (context: DurableContext) => handler(letter, context as DurableContext<undefined>);
      return { ref, lane: "", channel: undefined, handle };
    };
    return this.#session.outbox.send({}, async () => {
      const opened = await openDeadLetters(this.#session, stream);
      return this.#start({ stream: opened, ...this.#usual(stream, options, [subject]), ref, read });
    });
  }

  /** Takes nothing more, and resolves when all that is held is settled. */
  async drain(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.drain()));
  }

  #stop(): void {
    this.#isOver = true;
    for (const consumer of this.#consumers) consumer.stop();
  }

  async #start(consuming: Consuming): Promise<Registration> {
    if (this.#isOver) throw connectionClosed();
    const consumer = new DurableConsumer(consuming);
    this.#consumers.add(consumer);
    const stop = () => {
      this.#consumers.delete(consumer);
      consumer.stop();
    };
    try {
      await consumer.start();
      return { stop };
    } catch (reason) {
      stop();
      throw reason;
    }
  }

  #usual(
    { ref, delivery: rules }: StreamDescriptor,
    { name, inFlight = 64, start = "now" }: ConsumerOptions,
    subjects: ConsumeOptions["subjects"],
  ) {
    return { session: this.#session, rules, ref, options: { name, inFlight, start, subjects } };
  }

  /** How the dead letters of a consumer are stored. */
  async #burial(
    stream: StreamDescriptor,
    consumer: string,
    routes: EventRoutes<Channel>,
  ): Promise<NonNullable<Consuming["bury"]>> {
    const letters = await openDeadLetters(this.#session, stream);
    const subject = deadLetterSubject(this.#session, stream).build({ consumer });
    return async (delivery, error) => {
      const story = storyHeaders(delivery, { error, consumer, ...routes.identify(delivery) });
      // Burying a message twice leaves one letter.
      const id = `${stream.stream}:${delivery.sequence}:${consumer}`;
      const options = { id, headers: story, timeout: this.#session.requestTimeout };
      try {
        await letters.publish(subject, delivery.data, { ...options, headers: { ...ownHeaders(delivery), ...story } });
      } catch (reason) {
        if (!isTooLarge(reason)) throw reason;
        await letters.publish(subject, new Uint8Array(), options);
      }
    };
  }
}

function isTooLarge(reason: unknown): boolean {
  return isProtocolError(reason) && reason.code === "message_too_large";
}
