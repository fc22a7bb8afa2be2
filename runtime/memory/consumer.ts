/** How far the members of a group have got in a stream within the process. */
import { longestTimer } from "../amount.js";
import { filterFor } from "../transport/consumer-filter.js";
import type { ConsumeOptions, Consumption, Settlement, StreamDelivery } from "../transport/stream.js";
import { type MemoryExchange, type Message, subjectPattern } from "./exchange.js";

/** The messages that a consumer goes through. */
export interface ConsumedMessages {
  /** By number, the oldest first. */
  readonly messages: ReadonlyMap<number, Message>;
  /** The number of the message that was kept last. */
  readonly last: number;
  /** What the stream keeps. */
  readonly subjects: readonly string[];
}

/** A message that was delivered, and is not settled. */
interface Unsettled {
  readonly deliveries: number;
  /** When it is delivered again, in ms since 1970. */
  due: number;
}

/** Who gets messages of a group. */
export interface Member {
  readonly receive: (delivery: StreamDelivery) => void;
  /** Whether its connection is open. Over one that is closed, nobody can say what came of a message. */
  readonly isOpen: () => boolean;
}

/** A group of consumers. Its members take turns. */
export class MemoryConsumer {
  readonly #exchange: MemoryExchange;
  readonly #stream: ConsumedMessages;
  readonly #unsettled = new Map<number, Unsettled>();
  #members: readonly Member[] = [];
  #options: ConsumeOptions;
  #filter: string;
  #pattern: RegExp;
  /** The number of the next message that was never delivered. */
  #next: number;
  /** The number of the message that was delivered last. */
  #delivered: number;
  #isAwake = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(exchange: MemoryExchange, stream: ConsumedMessages, options: ConsumeOptions) {
    this.#exchange = exchange;
    this.#stream = stream;
    this.#options = options;
    this.#next = options.start === "now" ? stream.last + 1 : 1;
    this.#delivered = this.#next - 1;
    this.#filter = filterFor(options.subjects, stream.subjects);
    this.#pattern = subjectPattern(this.#filter);
  }

  /** The group is from now on what its latest member says. */
  join(options: ConsumeOptions, member: Member): Consumption {
    this.#options = options;
    const filter = filterFor(options.subjects, this.#stream.subjects);
    if (filter !== this.#filter) this.#beginAnew(filter);
    this.#members = [...this.#members, member];
    this.wake();
    const stop = () => {
      this.#members = this.#members.filter((other) => other !== member);
      this.wake();
    };
    return { stop };
  }

  /** With what was not settled: what it passes over since then may be wanted by now. */
  #beginAnew(filter: string): void {
    this.#filter = filter;
    this.#pattern = subjectPattern(filter);
    this.#next = Math.min(this.#delivered + 1, ...this.#unsettled.keys());
    this.#unsettled.clear();
  }

  /** Looks soon for what can be delivered. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#exchange.soon(() => {
      this.#isAwake = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    for (let sequence = this.#choose(); sequence !== undefined; sequence = this.#choose()) this.#give(sequence);
    const due = Math.min(...[...this.#unsettled.values()].map((unsettled) => unsettled.due));
    if (this.#members.length === 0 || due === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(longestTimer, Math.max(1, due - Date.now()));
    this.#timer = setTimeout(() => this.wake(), delay).unref();
  }

  /** What is due again first, and then what is new, unless too much is unsettled. */
  #choose(): number | undefined {
    if (this.#members.length === 0) return undefined;
    const now = Date.now();
    for (const [sequence, { due }] of this.#unsettled) {
      if (!this.#stream.messages.has(sequence)) this.#unsettled.delete(sequence);
      else if (due <= now) return sequence;
    }
    return this.#unsettled.size < this.#options.inFlight ? this.#nextWanted() : undefined;
  }

  #nextWanted(): number | undefined {
    for (; this.#next <= this.#stream.last; this.#next++) {
      const message = this.#stream.messages.get(this.#next);
      if (message === undefined || !this.#pattern.test(message.subject)) continue;
      this.#next += 1;
      return this.#next - 1;
    }
    return undefined;
  }

  #give(sequence: number): void {
    const message = this.#stream.messages.get(sequence);
    const [member, ...others] = this.#members;
    if (message === undefined || member === undefined) return;
    this.#members = [...others, member];
    const deliveries = (this.#unsettled.get(sequence)?.deliveries ?? 0) + 1;
    const unsettled: Unsettled = { deliveries, due: Date.now() + this.#options.wait };
    this.#unsettled.set(sequence, unsettled);
    this.#delivered = Math.max(this.#delivered, sequence);
    const { subject, data, headers } = message;
    const isPresent = () => this.#unsettled.get(sequence) === unsettled;
    member.receive({
      subject,
      data,
      headers,
      sequence,
      deliveries,
      settle: (settlement) => {
        if (member.isOpen()) this.#settle(sequence, settlement, isPresent());
      },
      working: () => {
        if (member.isOpen() && isPresent()) unsettled.due = Date.now() + this.#options.wait;
      },
    });
  }

  #settle(sequence: number, settlement: Settlement, isPresent: boolean): void {
    const unsettled = this.#unsettled.get(sequence);
    if (settlement.kind !== "again") this.#unsettled.delete(sequence);
    else if (unsettled !== undefined && isPresent) unsettled.due = Date.now() + settlement.delay;
    this.wake();
  }
}
