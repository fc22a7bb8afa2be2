/** Taking messages from a consumer of JetStream, a few at a time, for as long as somebody wants them. */
import type { Consumer, ConsumerMessages, JsMsg } from "nats";
import type { ProtocolError } from "../error.js";
import type { ConsumeOptions, Consumption, Settlement, StreamDelivery } from "../transport/stream.js";
import type { Headers } from "../transport/transport.js";
import { plainHeaders } from "./headers.js";

/**
 * How long one request for messages lasts, and how often the server says that it is still there, in ms. A request that lasts longer
 * than its sender takes messages with it: a server of 2.9 even begins to count their deliveries anew.
 */
function patience({ wait }: ConsumeOptions) {
  const expires = Math.min(10_000, Math.max(1_000, wait / 2));
  return { expires, idle_heartbeat: expires / 2 };
}

/** How long to wait after a failure, in ms, and after how many in a row somebody is told. */
const pause = 200;
const grave = 25;

/** What consuming needs of its transport. */
export interface ConsumptionOwner {
  readonly endings: Set<() => void>;
  onReconnect(listener: () => void): () => void;
}

/** What is consumed, and by whom. */
export interface ConsumptionParts {
  readonly consumer: Consumer;
  /** Finds the consumer again after a failure, or makes it again. */
  readonly reopen: () => Promise<Consumer>;
  readonly failed: (reason: unknown) => ProtocolError;
  readonly options: ConsumeOptions;
  readonly receive: (delivery: StreamDelivery) => void;
}

/** Asks for messages whenever half of those it may hold are settled: then no more are held, and few requests are made. */
export class NatsConsumption implements Consumption {
  readonly stop: () => void;
  readonly #parts: ConsumptionParts;
  #request: ConsumerMessages | undefined;
  #held = 0;
  #isStopped = false;
  /** Ends the present waiting, if there is one. */
  #wake: () => void = () => undefined;

  constructor({ endings, onReconnect }: ConsumptionOwner, parts: ConsumptionParts) {
    this.#parts = parts;
    // What was asked for is lost with the connection.
    const forget = onReconnect(() => this.#request?.stop());
    this.stop = () => {
      endings.delete(this.stop);
      forget();
      this.#isStopped = true;
      this.#request?.stop();
      this.#wake();
    };
    endings.add(this.stop);
    this.#run(parts.consumer);
  }

  async #run(first: Consumer): Promise<void> {
    let consumer: Consumer | undefined = first;
    for (let failures = 0; !this.#isStopped; ) {
      try {
        consumer ??= await this.#parts.reopen();
        await this.#take(consumer);
        failures = 0;
      } catch (reason) {
        consumer = undefined;
        failures += 1;
        if (failures === grave) this.#parts.options.onFailure(this.#parts.failed(reason));
        await this.#wait(pause);
      }
    }
  }

  async #take(consumer: Consumer): Promise<void> {
    const { options } = this.#parts;
    const { inFlight } = options;
    while (this.#held > inFlight / 2 && !this.#isStopped) await this.#wait();
    if (this.#isStopped) return;
    const request = await consumer.fetch({ max_messages: inFlight - this.#held, ...patience(options) });
    this.#request = request;
    if (this.#isStopped) request.stop();
    for await (const message of request) {
      if (this.#isStopped) message.nak();
      else this.#receive(message);
    }
  }

  #receive(message: JsMsg): void {
    this.#held += 1;
    this.#parts.receive(
      new NatsStreamDelivery(message, () => {
        this.#held -= 1;
        this.#wake();
      }),
    );
  }

  /** @param longest in ms; without it, until somebody wakes it */
  #wait(longest?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = longest === undefined ? undefined : setTimeout(resolve, longest);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

class NatsStreamDelivery implements StreamDelivery {
  readonly #message: JsMsg;
  readonly #onSettled: () => void;

  constructor(message: JsMsg, onSettled: () => void) {
    this.#message = message;
    this.#onSettled = onSettled;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  get headers(): Headers | undefined {
    return plainHeaders(this.#message.headers);
  }

  get sequence(): number {
    return this.#message.seq;
  }

  get deliveries(): number {
    return this.#message.info.deliveryCount;
  }

  settle(settlement: Settlement): void {
    this.#tell(() => {
      if (settlement.kind === "done") this.#message.ack();
      else if (settlement.kind === "given up") this.#message.term();
      else this.#message.nak(settlement.delay);
    });
    this.#onSettled();
  }

  working(): void {
    this.#tell(() => this.#message.working());
  }

  /** What cannot be said any more because the connection is closed is found out by the server itself: it delivers again. */
  #tell(act: () => void): void {
    try {
      act();
    } catch {
      // The connection is closed.
    }
  }
}
