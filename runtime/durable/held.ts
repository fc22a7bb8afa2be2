/** A message that this program has, and that is to be settled once. */
import { longestTimer } from "../amount.js";
import type { Settlement, StreamDelivery } from "../transport/stream.js";

/** A message between its delivery and its settlement. */
export class Held {
  state: "waiting" | "running" | "postponed" | "ending" | "settled" = "waiting";
  /** How often its handler asked for it again later. */
  postponements = 0;
  readonly #deliveries: StreamDelivery[];
  readonly #onSettled: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** When it is due, once it is postponed, in ms of `performance.now()`. */
  #dueAt = 0;

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

  /** Keeps it for so many ms, in good hands: to the server that is no other delivery. */
  postpone(delay: number, again: () => void): void {
    this.state = "postponed";
    this.postponements += 1;
    this.#dueAt = performance.now() + delay;
    this.#timer = setTimeout(
      () => {
        this.state = "waiting";
        again();
      },
      Math.min(delay, longestTimer),
    ).unref();
  }

  /** Only the first time counts. */
  settle(settlement: Settlement): void {
    if (this.state === "settled") return;
    this.state = "settled";
    for (const delivery of this.#deliveries) delivery.settle(settlement);
    this.#onSettled();
  }

  /** Hands it on to others, who get it when it is due. */
  release(): void {
    clearTimeout(this.#timer);
    this.settle({ kind: "again", delay: Math.max(0, Math.ceil(this.#dueAt - performance.now())) });
  }
}
