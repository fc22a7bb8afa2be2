/**
 * What the runtime needs of a bus: subjects, bytes, one reply to a request, key-value buckets, and streams.
 *
 * Two things implement it: `nats/` over a NATS server and `memory/` within the process. Every behaviour of the runtime is
 * tested on both.
 */
import type { ProtocolError } from "../error.js";
import type { Stream, StreamOptions } from "./stream.js";

/** Header fields of a message. */
export type Headers = Readonly<Record<string, string>>;

/** Sends an answer to the one who asked. Only the first answer to a request counts. */
export type Respond = (data: Uint8Array, headers?: Headers) => void;

/** One message, as it arrived. */
export interface Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers | undefined;
  /** Present when the sender waits for an answer. */
  readonly respond: Respond | undefined;
}

/** Called for each message of a subscription, in order of arrival. It must not throw. */
export type Receive = (delivery: Delivery) => void;

/** An interest in messages. */
export interface Subscription {
  /** Ends it at once; what is on its way is lost. */
  unsubscribe(): void;
  /** Ends it, and resolves when everything that was on its way has been delivered, or nothing comes any more. */
  drain(): Promise<void>;
}

/** How a request is made, and which reply is taken. */
export interface RequestOptions {
  /** In ms. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Headers | undefined;
  /** Whether a reply answers the request: when it does not, the wait goes on. It must not throw. Default: the first does. */
  readonly accepts?: ((reply: Delivery) => boolean) | undefined;
  /** Is told of a reply that comes after the one that was taken, if the request was one of the latest. It must not throw. */
  readonly onAnother?: ((reply: Delivery) => void) | undefined;
}

/** What happens to a connection. */
export type TransportStatus =
  /** With an error when this program seems to be the cause. */
  | { readonly kind: "disconnected"; readonly error?: ProtocolError }
  /** An attempt to get the connection back begins. */
  | { readonly kind: "reconnecting"; readonly server: string }
  | { readonly kind: "reconnected" }
  /** For good. With an error when it was not this program that closed it. */
  | { readonly kind: "closed"; readonly error?: ProtocolError }
  /** The server is about to stop, and wants its clients to go elsewhere ("lame duck mode"). */
  | { readonly kind: "leaving"; readonly server: string }
  /** The server refused something that was sent earlier, such as a subscription that is not permitted. */
  | { readonly kind: "refused"; readonly error: ProtocolError };

/** A connection to a bus. Its methods throw ProtocolError with code `connection_closed` after `close`. */
export interface Transport {
  /** In bytes, data and headers together. */
  readonly maximumPayload: number;
  /**
   * Says what each message that is sent from now on carries beside its own header fields; where both have a field, its own
   * counts. Where no header fields can travel, messages go without.
   *
   * @throws ProtocolError `invalid_argument` for a field that cannot travel
   */
  label(headers: Headers): void;
  /** @throws ProtocolError `invalid_subject`, `message_too_large` */
  publish(subject: string, data: Uint8Array, headers?: Headers): void;
  /**
   * @param subject may hold the wildcards `*` (one token) and `>` (the rest)
   * @param options `queue`: of all subscriptions with the same queue, each message reaches one
   * @throws ProtocolError `invalid_subject`
   */
  subscribe(subject: string, receive: Receive, options?: { readonly queue?: string | undefined }): Subscription;
  /** @throws ProtocolError `no_responders`, `timeout`, `cancelled`, `invalid_subject`, `message_too_large` */
  request(subject: string, data: Uint8Array, options: RequestOptions): Promise<Delivery>;
  /**
   * Opens a bucket.
   *
   * @param options `create`: make it when it is missing
   * @throws ProtocolError `bucket_missing`, `invalid_subject`, `state_failed`
   */
  bucket(name: string, options?: { readonly create?: BucketOptions }): Promise<Bucket>;
  /**
   * Opens a stream. It is made when it is missing, and left as it is when it is there; made anew by who publishes, when it was
   * deleted since.
   *
   * @throws ProtocolError `invalid_subject` for a name or subject that cannot be; `stream_failed` also when it does not keep all
   * subjects, or would keep what another one keeps
   */
  stream(options: StreamOptions): Promise<Stream>;
  /** Resolves when the bus has taken everything sent so far, subscriptions included. Throws `timeout` when it does not answer. */
  flush(): Promise<void>;
  /** Calls the listener from now on; returns what ends that. */
  onStatus(listener: (status: TransportStatus) => void): () => void;
  /** Ends all that was started through this object: subscriptions, waiting requests, and the connection when it owns it. */
  close(): Promise<void>;
}

/** How a bucket is made. */
export interface BucketOptions {
  /** How many values of a key are kept. */
  readonly history: number;
  /** In bytes. */
  readonly maximumValueSize?: number | undefined;
}

/** A value of a key. Revisions are numbered within the bucket, from 1. */
export interface Entry {
  readonly key: string;
  readonly data: Uint8Array;
  readonly revision: number;
}

/** A change of a key; without data when the key was deleted. */
export type EntryChange = Entry | { readonly key: string; readonly data: undefined; readonly revision: number };

/**
 * A key-value bucket. A pattern is a key in which `*` stands for any one token. All methods throw ProtocolError `state_failed`
 * when the store refuses, and `invalid_subject` for what is no key or pattern.
 */
export interface Bucket {
  get(key: string): Promise<Entry | undefined>;
  /**
   * @param options `revision`: write only when this is the key's present revision; 0 when there is to be none
   * @returns the new revision
   * @throws ProtocolError `key_conflict`, `message_too_large`, `invalid_subject`
   */
  put(key: string, data: Uint8Array, options?: { readonly revision?: number | undefined }): Promise<number>;
  /** Deletes the key; nothing happens when there is none. */
  delete(key: string): Promise<void>;
  /** The keys that a pattern finds, by default all, in the order in which they were last written. */
  keys(pattern?: string): Promise<string[]>;
  /** The present values of all keys that a pattern finds, in the order in which they were written. */
  entries(pattern: string): Promise<Entry[]>;
  /** What the bucket keeps of a key's past, the present included, the oldest first. */
  history(key: string): Promise<EntryChange[]>;
  /**
   * Calls the listener with the present value of each key that a pattern finds, and with each change from then on; of changes in
   * quick succession, perhaps only the last. A deletion is told when there was a value to tell before. Returns what ends that.
   */
  watch(pattern: string, listener: (change: EntryChange) => void): Promise<() => void>;
}
