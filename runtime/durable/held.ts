/** A message that this program has, and that is to be settled once. */
import type { TraceContext } from "../observe/trace.js";
import type { Settlement, StreamDelivery } from "../transport/stream.js";

/** A message, as its handler is to get it. */
export interface Readable {
  /** What the message is in reports and measurements. */
  readonly ref: string;
  /** Messages of one lane are handled one after another. */
  readonly lane: string;
  /** The channel that the handler is given. */
  readonly channel: unknown;
  /** Calls the handler. */
  readonly handle: (context: DurableContext) => unknown;
}

/** What a handler of durable messages is given besides the message. */
export interface DurableContext<Channel = unknown> {
  /** The channel it happened in: answer here. */
  readonly channel: Channel;
  readonly subject: string;
  /** How often the message was delivered, this time included. */
  readonly deliveries: number;
  /** Aborted when the handler has taken too long, and when the client is closed. */
  readonly signal: AbortSignal;
  /** The step of a trace that the handler is, when an interceptor says so. */
  readonly trace: TraceContext | undefined;
}

/** A message between its delivery and its settlement. */
export class Held {
  state: "waiting" | "running" | "ending" | "settled" = "waiting";
  readonly #deliveries: StreamDelivery[];
  readonly #onSettled: () => void;

  constructor(delivery: StreamDelivery, onSettled: () => void) {
    this.#deliveries = [delivery];
    this.#onSettled = onSettled;
  }

  /** As it was delivered last. */
  get delivery(): StreamDelivery {
    return this.#deliveries.at(-1) as StreamDelivery;
  }

  /** The same message was delivered again. */
  add(delivery: StreamDelivery): void {
    this.#deliveries.push(delivery);
  }

  /** Only the first time counts. */
  settle(settlement: Settlement): void {
    if (this.state === "settled") return;
    this.state = "settled";
    for (const delivery of this.#deliveries) delivery.settle(settlement);
    this.#onSettled();
  }

  /** Hands it on to others. */
  release(): void {
    this.settle({ kind: "again", delay: 0 });
  }
}
