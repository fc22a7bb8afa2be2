/** A connection to a bus within the process. */
import { checkedHeaders, checkPublishable, checkSize, checkSubscribable, sizeOf } from "../transport/bus-rules.js";
import { answeredRequests, Latest } from "../transport/latest.js";
import type { Stream, StreamOptions } from "../transport/stream.js";
import type {
  Bucket,
  BucketOptions,
  Delivery,
  Headers,
  Receive,
  RequestOptions,
  Subscription,
  Transport,
  TransportStatus,
} from "../transport/transport.js";
import { cancelled, connectionClosed, noReply, noResponders } from "../transport/transport-error.js";
import { type MemoryStore, openMemoryBucket } from "./bucket.js";
import { type MemoryExchange, MemorySubscription, type Message, type Subscriber } from "./exchange.js";
import { type MemoryStreamStore, openMemoryStream } from "./stream.js";

/** What the connections of one broker share. */
export interface MemoryBrokerParts {
  readonly exchange: MemoryExchange;
  /** Buckets, by name. */
  readonly stores: Map<string, MemoryStore>;
  /** By name. */
  readonly streams: Map<string, MemoryStreamStore>;
  readonly maximumPayload: number;
  /** Where requests go that nobody listens for. */
  readonly fallback: Transport | undefined;
}

/** A connection to a broker within the process. */
export class MemoryTransport implements Transport, Subscriber {
  readonly #broker: MemoryBrokerParts;
  readonly #subscriptions = new Set<MemorySubscription>();
  readonly #listeners = new Set<(status: TransportStatus) => void>();
  readonly #endings = new Set<() => void>();
  /** By inbox, where replies to requests arrived that have theirs. */
  readonly #answered = new Latest<Subscription>(answeredRequests, (inbox) => inbox.unsubscribe());
  /** What all messages carry. */
  #label: Headers | undefined;
  #closed = false;

  constructor(broker: MemoryBrokerParts) {
    this.#broker = broker;
  }

  get maximumPayload(): number {
    return this.#broker.maximumPayload;
  }

  label(headers: Headers): void {
    this.#label = checkedHeaders(headers);
  }

  publish(subject: string, data: Uint8Array, headers?: Headers): void {
    const fields = this.#labelled(headers);
    this.#check(subject, data, fields);
    this.#broker.exchange.publish(messageOf(subject, data, { headers: fields }));
  }

  subscribe(subject: string, receive: Receive, { queue }: { readonly queue?: string | undefined } = {}): Subscription {
    this.#checkOpen();
    checkSubscribable(subject);
    const subscription = new MemorySubscription(this, subject, { receive, queue });
    this.#subscriptions.add(subscription);
    this.#broker.exchange.add(subscription);
    return subscription;
  }

  forget(subscription: MemorySubscription): void {
    this.#subscriptions.delete(subscription);
    this.#broker.exchange.remove(subscription);
  }

  async request(subject: string, data: Uint8Array, options: RequestOptions): Promise<Delivery> {
    const headers = this.#labelled(options.headers);
    this.#check(subject, data, headers);
    if (options.signal?.aborted) throw cancelled(subject, options.signal);
    return await new Promise<Delivery>((resolve, reject) =>
      this.#request(subject, data, { ...options, headers, resolve, reject }),
    );
  }

  async bucket(name: string, options: { readonly create?: BucketOptions } = {}): Promise<Bucket> {
    const owner = {
      stores: this.#broker.stores,
      checkOpen: () => this.#checkOpen(),
      untilClose: (stop: () => void) => this.#untilClose(stop),
    };
    return openMemoryBucket(owner, name, options.create);
  }

  async stream(options: StreamOptions): Promise<Stream> {
    const { exchange, streams } = this.#broker;
    const owner = {
      exchange,
      streams,
      checkOpen: () => this.#checkOpen(),
      publish: (subject: string, data: Uint8Array, headers: Headers) => this.publish(subject, data, headers),
      isOpen: () => !this.#closed,
      labelled: (headers: Headers) => ({ ...this.#label, ...headers }),
      untilClose: (stop: () => void) => this.#untilClose(stop),
    };
    return openMemoryStream(owner, options);
  }

  async flush(): Promise<void> {
    this.#checkOpen();
    await this.idle();
  }

  async idle(): Promise<void> {
    await this.#broker.exchange.idle();
  }

  onStatus(listener: (status: TransportStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    for (const end of this.#endings) end();
    for (const listener of this.#listeners) listener({ kind: "closed" });
  }

  #request(subject: string, data: Uint8Array, request: Request): void {
    const { timeout, signal, headers, accepts, onAnother } = request;
    const inbox = this.#broker.exchange.newInbox();
    let isAnswered = false;
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      this.#endings.delete(close);
    };
    const succeed = (delivery: Delivery) => {
      if (isAnswered) return onAnother?.(delivery);
      if (accepts?.(delivery) === false) return;
      isAnswered = true;
      end();
      this.#answered.add(inbox, reply);
      request.resolve(delivery);
    };
    const fail = (reason: unknown) => {
      end();
      reply.unsubscribe();
      request.reject(reason);
    };
    const abort = () => signal && fail(cancelled(subject, signal));
    const close = () => fail(connectionClosed());
    const reply = this.subscribe(inbox, succeed);
    const timer = setTimeout(() => fail(noReply(subject, timeout)), timeout);
    signal?.addEventListener("abort", abort, { once: true });
    this.#endings.add(close);

    const listeners = this.#broker.exchange.publish(messageOf(subject, data, { headers, reply: inbox }));
    if (listeners > 0) return;
    if (this.#broker.fallback === undefined) fail(noResponders(subject));
    else this.#broker.fallback.request(subject, data, request).then(succeed, fail);
  }

  #labelled(headers: Headers | undefined): Headers | undefined {
    return headers === undefined ? this.#label : checkedHeaders({ ...this.#label, ...headers });
  }

  #untilClose(stop: () => void): () => void {
    const end = () => {
      this.#endings.delete(end);
      stop();
    };
    this.#endings.add(end);
    return end;
  }

  #check(subject: string, data: Uint8Array, headers: Headers | undefined): void {
    this.#checkOpen();
    checkPublishable(subject);
    checkSize(subject, sizeOf(data, headers), this.maximumPayload);
  }

  #checkOpen(): void {
    if (this.#closed) throw connectionClosed();
  }
}

/** A request and what to do with its outcome. */
interface Request extends RequestOptions {
  readonly resolve: (delivery: Delivery) => void;
  readonly reject: (reason: unknown) => void;
}

/** A copy, as if through a socket: what the sender does with its own afterwards is not seen. */
function messageOf(
  subject: string,
  data: Uint8Array,
  { headers, reply }: { readonly headers?: Headers | undefined; readonly reply?: string },
): Message {
  return { subject, data: data.slice(), headers, reply };
}
