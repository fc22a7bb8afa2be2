/** Streams within the process: they keep what is published for as long as their broker lives. */
import { checkConsumerName, checkPublishable, checkStream, idHeader, storedHeaders } from "../transport/bus-rules.js";
import type {
  ConsumeOptions,
  Consumption,
  Stored,
  Stream,
  StreamDelivery,
  StreamOptions,
  StreamPublishOptions,
} from "../transport/stream.js";
import { checkKept, checkWanted, overlap } from "../transport/stream-subjects.js";
import type { Headers } from "../transport/transport.js";
import { streamLacks, streamOverlaps } from "../transport/transport-error.js";
import { MemoryConsumer } from "./consumer.js";
import { type MemoryExchange, type Message, subjectPattern } from "./exchange.js";

/** What a stream holds, whoever has opened it. */
export class MemoryStreamStore {
  /** By number, the oldest first. */
  readonly messages = new Map<number, Message>();
  readonly consumers = new Map<string, MemoryConsumer>();
  /** The number of the message that was kept last. */
  last = 0;
  /** What came of the message that was published last. */
  latest: Stored | undefined;
  readonly #options: StreamOptions;
  readonly #patterns: readonly RegExp[];
  readonly #times = new Map<number, number>();
  readonly #ids = new Map<string, { readonly sequence: number; readonly time: number }>();
  #bytes = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#patterns = options.subjects.map(subjectPattern);
  }

  get subjects(): readonly string[] {
    return this.#options.subjects;
  }

  keeps(subject: string): boolean {
    return this.#patterns.some((pattern) => pattern.test(subject));
  }

  add(message: Message): void {
    this.latest = undefined;
    if (!this.keeps(message.subject)) return;
    const now = Date.now();
    this.#forget(now);
    // An empty id is none.
    const id = message.headers?.[idHeader] || undefined;
    const known = id === undefined ? undefined : this.#ids.get(id);
    if (known !== undefined) {
      this.latest = { sequence: known.sequence, duplicate: true };
      return;
    }
    this.last += 1;
    this.latest = { sequence: this.last, duplicate: false };
    if (id !== undefined) this.#ids.set(id, { sequence: this.last, time: now });
    this.messages.set(this.last, message);
    this.#times.set(this.last, now);
    this.#bytes += message.data.length;
    this.#forget(now);
    for (const consumer of this.consumers.values()) consumer.wake();
  }

  /** Lets go of what is too old and too much. Maps are in order of insertion: the first is the oldest. */
  #forget(now: number): void {
    const { maximumAge, maximumMessages = Number.POSITIVE_INFINITY, duplicateWindow } = this.#options;
    const { maximumBytes = Number.POSITIVE_INFINITY } = this.#options;
    for (const [id, { time }] of this.#ids) {
      if (now - time <= duplicateWindow) break;
      this.#ids.delete(id);
    }
    for (const [sequence, { data }] of this.messages) {
      const age = now - (this.#times.get(sequence) ?? now);
      if (age <= maximumAge && this.messages.size <= maximumMessages && this.#bytes <= maximumBytes) break;
      this.messages.delete(sequence);
      this.#times.delete(sequence);
      this.#bytes -= data.length;
    }
  }
}

/** The connection that opens a stream. */
export interface MemoryStreamOwner {
  readonly exchange: MemoryExchange;
  /** By name. */
  readonly streams: Map<string, MemoryStreamStore>;
  /** @throws ProtocolError `connection_closed` */
  checkOpen(): void;
  publish(subject: string, data: Uint8Array, headers: Headers): void;
  isOpen(): boolean;
  /** Header fields with those that all messages carry. */
  labelled(headers: Headers): Headers;
  /** Has something end with the connection. Returns what ends it before. */
  untilClose(stop: () => void): () => void;
}

/**
 * Opens a stream of a broker.
 *
 * @throws ProtocolError `invalid_subject`, `stream_failed`
 */
export function openMemoryStream(owner: MemoryStreamOwner, options: StreamOptions): Stream {
  owner.checkOpen();
  checkStream(options);
  const known = owner.streams.get(options.name);
  if (known !== undefined) checkKept(options, known.subjects);
  return new MemoryStream(owner, known ?? make(owner, options), options.name);
}

function make({ exchange, streams }: MemoryStreamOwner, options: StreamOptions): MemoryStreamStore {
  const taken = [...streams.values()].flatMap(({ subjects }) => subjects);
  if (options.subjects.some((subject) => taken.some((other) => overlap(subject, other)))) throw streamOverlaps(options);
  const store = new MemoryStreamStore(options);
  streams.set(options.name, store);
  exchange.keep((message) => store.add(message));
  return store;
}

class MemoryStream implements Stream {
  readonly #owner: MemoryStreamOwner;
  readonly #store: MemoryStreamStore;
  readonly #name: string;

  constructor(owner: MemoryStreamOwner, store: MemoryStreamStore, name: string) {
    this.#owner = owner;
    this.#store = store;
    this.#name = name;
  }

  async publish(subject: string, data: Uint8Array, { id, headers = {} }: StreamPublishOptions): Promise<Stored> {
    this.#owner.checkOpen();
    checkPublishable(subject);
    const fields = storedHeaders(this.#name, id, this.#owner.labelled(headers));
    if (!this.#store.keeps(subject)) throw streamLacks(this.#name, [subject]);
    this.#owner.publish(subject, data, fields);
    const { latest } = this.#store;
    if (latest === undefined) throw streamLacks(this.#name, [subject]);
    return latest;
  }

  async consume(options: ConsumeOptions, receive: (delivery: StreamDelivery) => void): Promise<Consumption> {
    this.#owner.checkOpen();
    checkConsumerName(options.name);
    checkWanted(this.#name, options.subjects, this.#store.subjects);
    const { consumers } = this.#store;
    const consumer = consumers.get(options.name) ?? new MemoryConsumer(this.#owner.exchange, this.#store, options);
    consumers.set(options.name, consumer);
    const { isOpen, untilClose } = this.#owner;
    const { stop } = consumer.join(options, { receive, isOpen });
    return { stop: untilClose(stop) };
  }
}
