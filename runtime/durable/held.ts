/** A message that this program has, and that is to be settled once. */
import type { Settlement, StreamDelivery } from "../transport/stream.js";

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
