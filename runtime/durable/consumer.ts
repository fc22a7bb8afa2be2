/** Consuming a stream: each message is handled, and settled once, however that ends. */
import { ProtocolError } from "../error.js";
import type { DeliveryRules } from "../protocol/message.js";
import { Lane } from "../session/lane.js";
import { Overflow } from "../session/overflow.js";
import type { Session } from "../session/session.js";
import type { ConsumeOptions, Consumption, Stream, StreamDelivery } from "../transport/stream.js";
import { connectionClosed } from "../transport/transport-error.js";
import { DurableRun } from "./durable-run.js";
import { Held } from "./held.js";
import type { Readable, Waiting } from "./message.js";

/** What is consumed, and how. */
export interface Consuming {
  readonly session: Session;
  readonly stream: Stream;
  readonly options: Omit<ConsumeOptions, "wait" | "onFailure">;
  readonly rules: DeliveryRules;
  /** What all that is consumed is called together. */
  readonly ref: string;
  /** `undefined` when nobody here wants it. Throws ProtocolError for what is no legal message. */
  readonly read: (delivery: StreamDelivery) => Readable | undefined;
  /** Keeps a message that is given up, with the reason. Absent: a message is tried for ever. */
  readonly bury?: (delivery: StreamDelivery, error: ProtocolError) => Promise<void>;
}

/** Gets the messages of a stream to their handler, and tells the stream what came of each. */
export class DurableConsumer {
  readonly #consuming: Consuming;
  /** By number in the stream. */
  readonly #held = new Map<number, Held>();
  readonly #lanes = new Map<string, Lane<Waiting>>();
  #consumption: Consumption | undefined;
  #signs: NodeJS.Timeout | undefined;
  readonly #whenEmpty: (() => void)[] = [];
  #isStopped = false;

  constructor(consuming: Consuming) {
    this.#consuming = consuming;
  }

  /** Resolves when the bus knows of it. Throws `connection_closed` when it was stopped meanwhile. */
  async start(): Promise<void> {
    const { stream, options, rules, session } = this.#consuming;
    const wait = rules.wait * 1000;
    const onFailure = (error: ProtocolError) => session.reporter.error(error);
    const consumption = await stream.consume({ ...options, wait, onFailure }, (delivery) => this.#receive(delivery));
    this.#consumption = consumption;
    if (this.#isStopped) {
      consumption.stop();
      throw connectionClosed();
    }
    this.#signs = setInterval(() => this.#giveSigns(), wait / 3).unref();
  }

  /** Takes nothing more. Handlers that run finish; what waits for one is for others. */
  stop(): void {
    this.#isStopped = true;
    this.#consumption?.stop();
    for (const lane of this.#lanes.values()) lane.clear();
    for (const held of [...this.#held.values()]) {
      if (held.state === "waiting" || held.state === "postponed") held.release();
    }
    this.#endWhenEmpty();
  }

  /** As `stop`, and resolves when nothing is held any more. */
  async drain(): Promise<void> {
    const isEmpty = new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
    this.stop();
    await isEmpty;
  }

  #receive(delivery: StreamDelivery): void {
    const known = this.#held.get(delivery.sequence);
    // The server had lost sight of this program, and delivers again what is in good hands.
    if (known !== undefined) {
      known.add(delivery);
      return;
    }
    const held = new Held(delivery, () => this.#forget(delivery.sequence));
    this.#held.set(delivery.sequence, held);
    const { rules, bury, read, session } = this.#consuming;
    try {
      const readable = read(delivery);
      if (readable === undefined) held.settle({ kind: "done" });
      else if (bury !== undefined && delivery.deliveries > rules.limit) this.#giveUpUnsettled(held, readable.ref);
      else this.#laneOf(readable.lane).push({ held, readable });
    } catch (reason) {
      const error = ProtocolError.from(reason, "internal");
      session.reporter.invalid(error);
      this.#giveUp(held, error);
    }
  }

  #laneOf(name: string): Lane<Waiting> {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const { session, options, ref } = this.#consuming;
    const { dispatcher, reporter } = session;
    const lane = new Lane<Waiting>({
      turns: dispatcher.turns,
      // No more than that are ever held.
      maxWaiting: options.inFlight,
      overflow: new Overflow(reporter, ref, `more than ${options.inFlight} messages of ${ref} are held`),
      begin: (waiting) => dispatcher.start(this.#runOf(waiting, lane)),
    });
    this.#lanes.set(name, lane);
    return lane;
  }

  #runOf(waiting: Waiting, lane: Lane<Waiting>): DurableRun {
    const { session, rules, bury } = this.#consuming;
    const { held } = waiting;
    return new DurableRun({
      ...waiting,
      session,
      rules,
      isLimited: bury !== undefined,
      giveUp: (error) => this.#giveUp(held, error),
      postpone: (delay) => {
        held.postpone(delay, () => lane.push(waiting));
        // Here it would be nobody's when it is due.
        if (this.#isStopped) held.release();
      },
      ended: () => lane.ended(),
    });
  }

  /** A dead letter is stored before the message is let go; when it cannot be, the message comes again. */
  async #giveUp(held: Held, error: ProtocolError): Promise<void> {
    const { bury, rules, session } = this.#consuming;
    held.state = "ending";
    const again = { kind: "again", delay: (rules.backoff.at(-1) ?? 1) * 1000 } as const;
    if (bury === undefined) return held.settle(again);
    try {
      await bury(held.delivery, error);
      held.settle({ kind: "given up" });
    } catch (reason) {
      held.settle(again);
      session.reporter.error(ProtocolError.from(reason, "stream_failed"));
    }
  }

  /** The program that had it last did not live to say what came of it. */
  #giveUpUnsettled(held: Held, ref: string): void {
    const { deliveries, subject } = held.delivery;
    const reason = `the event was delivered ${deliveries - 1} times, and no program lived to say what came of it`;
    const error = new ProtocolError("unsettled", reason, { ref, subject });
    this.#consuming.session.reporter.error(error);
    this.#giveUp(held, error);
  }

  #giveSigns(): void {
    for (const held of this.#held.values()) held.delivery.working();
  }

  #endWhenEmpty(): void {
    if (!this.#isStopped || this.#held.size > 0) return;
    clearInterval(this.#signs);
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #forget(sequence: number): void {
    this.#held.delete(sequence);
    this.#endWhenEmpty();
  }
}
