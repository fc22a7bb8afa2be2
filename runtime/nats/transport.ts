/** How things move over a connection of the NATS client. */
import type { Msg, NatsConnection, QueuedIterator, Status } from "nats";
import type { ProtocolError } from "../error.js";
import { within } from "../session/within.js";
import { checkedHeaders, checkPublishable, checkSize, checkSubscribable } from "../transport/bus-rules.js";
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
import { cancelled, connectionClosed, silent } from "../transport/transport-error.js";
import { Attention } from "./attention.js";
import { openNatsBucket } from "./bucket.js";
import { onClosed } from "./closed.js";
import { NatsDelivery } from "./delivery.js";
import { translated } from "./error.js";
import { lastMessages, lastWords } from "./farewell.js";
import { readHeadersSafely, type WrittenHeaders, writtenHeaders } from "./headers.js";
import { type Attempt, notConnected, notPermitted, refusedByServer } from "./refusal.js";
import { Requests } from "./requests.js";
import { openNatsStream } from "./stream.js";
import { SubjectDecoder } from "./subject.js";

/** In ms. A server that answers at all does so sooner. */
const longestSilence = 10_000;

/** What there is to know about a connection. */
export interface NatsTransportOptions {
  /** What becomes of the connection when the transport is closed. */
  readonly whenClosed: "close" | "keep";
  readonly attempt: Attempt;
}

/** A transport over a connection of the NATS client. */
export class NatsTransport implements Transport {
  readonly #connection: NatsConnection;
  readonly #options: NatsTransportOptions;
  readonly #statuses: QueuedIterator<Status>;
  readonly #listeners = new Set<(status: TransportStatus) => void>();
  readonly #buckets = new Map<string, Promise<Bucket>>();
  /** By name and subjects. */
  readonly #streams = new Map<string, Promise<Stream>>();
  readonly #requests: Requests;
  /** What is to be ended with this transport: subscriptions, watches. */
  readonly #endings = new Set<() => void>();
  readonly #onReconnect = (listener: () => void) => this.onStatus(({ kind }) => kind === "reconnected" && listener());
  readonly #attention = new Attention();
  readonly #unwatch: () => void;
  /** What all messages carry. */
  #label: { readonly headers: Headers; readonly written: WrittenHeaders } | undefined;
  #state: "connected" | "disconnected" | "closed" = "connected";

  constructor(connection: NatsConnection, options: NatsTransportOptions) {
    readHeadersSafely();
    this.#connection = connection;
    this.#options = options;
    this.#requests = new Requests(connection, (message) => new NatsDelivery(this, message));
    this.#statuses = connection.status() as QueuedIterator<Status>;
    this.#unwatch = onClosed(connection, (reason) => this.#end(reason));
    this.#follow();
  }

  get maximumPayload(): number {
    return this.#connection.info?.max_payload ?? 1024 * 1024;
  }

  label(headers: Headers): void {
    const fields = checkedHeaders(headers);
    this.#label = fields && { headers: fields, written: writtenHeaders(fields) };
  }

  publish(subject: string, data: Uint8Array, headers?: Headers): void {
    const written = this.#written(headers);
    this.#check(subject, data, written);
    this.#try(subject, () => this.#connection.publish(subject, data, written && { headers: written.fields }));
  }

  subscribe(subject: string, receive: Receive, { queue }: { readonly queue?: string | undefined } = {}): Subscription {
    this.#checkOpen();
    checkSubscribable(subject);
    const subjects = new SubjectDecoder(subject);
    // What the server refuses is told by the connection's status.
    const callback = (error: Error | null, message: Msg) =>
      error === null && receive(new NatsDelivery(this, message, subjects));
    const subscription = this.#try(subject, () =>
      this.#connection.subscribe(subject, { callback, ...(queue !== undefined && { queue }) }),
    );
    const unsubscribe = () => {
      this.#endings.delete(unsubscribe);
      if (!subscription.isClosed()) subscription.unsubscribe();
    };
    this.#endings.add(unsubscribe);
    return {
      unsubscribe,
      drain: async () => {
        // Without a connection nothing is on its way, and the NATS client waits for one.
        if (this.#state === "disconnected") return unsubscribe();
        this.#endings.delete(unsubscribe);
        if (!subscription.isClosed()) await lastMessages(subscription);
      },
    };
  }

  async request(subject: string, data: Uint8Array, options: RequestOptions): Promise<Delivery> {
    const written = this.#written(options.headers);
    this.#check(subject, data, written);
    if (options.signal?.aborted) throw cancelled(subject, options.signal);
    return await this.#requests.send({ subject, data, ...(written && { headers: written.fields }) }, options);
  }

  async bucket(name: string, { create }: { readonly create?: BucketOptions } = {}): Promise<Bucket> {
    this.#checkOpen();
    const known = this.#buckets.get(name);
    if (known !== undefined) return known;
    const opening = openNatsBucket(this.#connection, name, {
      create,
      checkOpen: () => this.#checkOpen(),
      endings: this.#endings,
      onReconnect: this.#onReconnect,
      onGone: () => this.#buckets.delete(name),
    });
    this.#buckets.set(name, opening);
    opening.catch(() => this.#buckets.delete(name));
    return opening;
  }

  async stream(options: StreamOptions): Promise<Stream> {
    this.#checkOpen();
    // For other subjects it is opened anew: whether it keeps them is the server's to say.
    const key = [options.name, ...options.subjects].join(" ");
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const owner = {
      connection: this.#connection,
      checkOpen: () => this.#checkOpen(),
      maximumPayload: this.maximumPayload,
      labelled: (headers: Headers) => ({ ...this.#label?.headers, ...headers }),
      endings: this.#endings,
      onReconnect: this.#onReconnect,
    };
    const opening = openNatsStream(owner, options);
    this.#streams.set(key, opening);
    opening.catch(() => this.#streams.delete(key));
    return opening;
  }

  async flush(): Promise<void> {
    this.#checkOpen();
    const taken = this.#connection.flush().then(
      () => true,
      (reason) => Promise.reject(translated(reason)),
    );
    if (!(await within(longestSilence, taken, false))) throw silent(longestSilence);
  }

  onStatus(listener: (status: TransportStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#endAll();
    // Without a connection there is nobody to wait for.
    if (this.#state === "connected" && !this.#connection.isClosed()) await lastWords(this.#connection);
    if (this.#options.whenClosed === "close") await this.#connection.close();
    this.#end();
  }

  async #follow(): Promise<void> {
    for await (const status of this.#statuses) {
      if (status.type === "disconnect") this.#change("disconnected");
      else if (status.type === "reconnect") this.#change("connected");
      else if (status.type === "reconnecting") this.#tell({ kind: "reconnecting", server: String(status.data) });
      else if (status.type === "ldm") this.#tell({ kind: "leaving", server: String(status.data) });
      else if (status.type === "error") this.#tell({ kind: "refused", error: this.#refusal(status) });
    }
  }

  #change(state: "connected" | "disconnected"): void {
    // An attempt to reconnect that fails is no new loss of the connection.
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    if (state === "connected") this.#tell({ kind: "reconnected" });
    else this.#lost(this.#attention.inattention());
  }

  #lost(error: ProtocolError | undefined): void {
    this.#tell({ kind: "disconnected", ...(error !== undefined && { error }) });
  }

  #end(reason?: unknown): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#endAll();
    this.#unwatch();
    this.#statuses.stop();
    this.#attention.stop();
    const { attempt } = this.#options;
    this.#tell({ kind: "closed", ...(reason !== undefined && { error: notConnected(reason, attempt) }) });
  }

  #endAll(): void {
    for (const end of [...this.#endings]) end();
    this.#requests.close();
  }

  #tell(status: TransportStatus): void {
    for (const listener of this.#listeners) listener(status);
  }

  #refusal({ data, permissionContext }: Status): ProtocolError {
    if (permissionContext === undefined) return refusedByServer(String(data), this.#options.attempt);
    this.#requests.refused(permissionContext);
    return notPermitted(permissionContext);
  }

  /** What a message carries; nothing but its own to a server that takes no header fields. */
  #written(own: Headers | undefined): WrittenHeaders | undefined {
    const label = this.#connection.info?.headers === true ? this.#label : undefined;
    if (own === undefined) return label?.written;
    const fields = checkedHeaders({ ...label?.headers, ...own });
    return fields && writtenHeaders(fields);
  }

  #try<T>(subject: string, act: () => T): T {
    try {
      return act();
    } catch (reason) {
      throw translated(reason, subject);
    }
  }

  #check(subject: string, data: Uint8Array, written: WrittenHeaders | undefined): void {
    this.#checkOpen();
    checkPublishable(subject);
    checkSize(subject, data.length + (written?.size ?? 0), this.maximumPayload);
  }

  #checkOpen(): void {
    if (this.#state === "closed" || this.#connection.isClosed()) throw connectionClosed();
  }
}
