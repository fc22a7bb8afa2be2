/** Typed keys of key-value buckets: what services keep for others to read. */
import type { Address } from "../protocol/address.js";
import { decode, decodeText, encode, encodeText } from "../protocol/codec.js";
import { invalidValue } from "../protocol/invalid.js";
import { located } from "../protocol/located.js";
import type { BucketDescriptor, KeyDescriptor } from "../protocol/message.js";
import type { Registration } from "../registration.js";
import { type HandlerContext, laneTo } from "../session/handler-run.js";
import type { Session } from "../session/session.js";
import type { Bucket, BucketOptions } from "../transport/transport.js";

/** A value, and which one it is. */
export interface StateEntry<Value> {
  readonly value: Value;
  /** Counts the changes of the bucket, from 1. */
  readonly revision: number;
}

/** What a handler of changes is told. */
export interface StateChange<Value> {
  /** `undefined` when the key was deleted. */
  readonly value: Value | undefined;
  readonly revision: number;
  /** `<bucket>/<key>` */
  readonly subject: string;
}

/** The last argument of a method: what the key's name takes beside the address, and what the method takes. */
type Given<Parameters extends object, Options extends object> = keyof Parameters extends never
  ? [options?: Options]
  : [options: Readonly<Parameters> & Options];

/** When to write. */
export interface PutOptions {
  /** Only when this is the key's present revision; 0: only when there is no such key. */
  readonly revision?: number;
}

type NoOptions = Readonly<Record<never, never>>;

/**
 * One key of a bucket. Called, it reads: `await channel.state.users()`.
 *
 * All methods throw ProtocolError `bucket_missing` (except `put`, which makes the bucket), `state_failed`,
 * `connection_closed`, and `invalid_subject` when the address cannot be part of the name.
 */
export interface StateKey<Value, Parameters extends object = Record<never, never>> {
  /** The present value; `undefined` when there is none. Throws `malformed_message` or `invalid_message` for a bad one. */
  (...given: Given<Parameters, NoOptions>): Promise<StateEntry<Value> | undefined>;
  /** Writes, and returns the new revision. Throws `invalid_message`, `key_conflict`, `message_too_large`. */
  put(value: Value, ...given: Given<Parameters, PutOptions>): Promise<number>;
  /** Deletes the key; nothing happens when there is none. */
  delete(...given: Given<Parameters, NoOptions>): Promise<void>;
  /** Calls the handler with the present value, if there is one, and with each change, one after the other. */
  watch(
    handler: (change: StateChange<Value>, context: HandlerContext) => unknown,
    ...given: Given<Parameters, NoOptions>
  ): Promise<Registration>;
}

/** What a key is called by: the parameters of its name, and the options of the method, in one object. */
type Named = Readonly<Record<string, unknown>>;

/** A key as it is carried about inside the runtime, where its type is not known. */
export type AnyStateKey = StateKey<unknown, Record<string, unknown>>;

/** The keys of all buckets of a protocol for one address, by method name. */
export function stateOf(session: Session, address: Address): Readonly<Record<string, AnyStateKey>> {
  const keys = Object.values(session.wire.protocol.state).flatMap((bucket) =>
    Object.values(bucket.keys).map(
      (key) => [key.method, stateKey(new StoredKey(session, bucket, key), address)] as const,
    ),
  );
  return Object.fromEntries(keys);
}

function stateKey(stored: StoredKey, address: Address): AnyStateKey {
  const at = (named: Named = {}): Named => ({ ...named, ...address });
  return Object.assign((named?: Named) => stored.get(at(named)), {
    put: (value: unknown, named?: Named) => stored.put(value, at(named)),
    delete: (named?: Named) => stored.delete(at(named)),
    watch: (handler: WatchHandler, named?: Named) => stored.watch(handler, at(named)),
  });
}

type WatchHandler = (change: StateChange<unknown>, context: HandlerContext) => unknown;

/** A key and its bucket, by their templates. */
class StoredKey {
  readonly #session: Session;
  readonly #bucket: BucketDescriptor;
  readonly #key: KeyDescriptor;

  constructor(session: Session, bucket: BucketDescriptor, key: KeyDescriptor) {
    this.#session = session;
    this.#bucket = bucket;
    this.#key = key;
  }

  async get(named: Named): Promise<StateEntry<unknown> | undefined> {
    return this.#with(this.#located(named), async ({ bucket, key }) => {
      const entry = await bucket.get(key);
      return entry && { value: this.#read(entry.data), revision: entry.revision };
    });
  }

  async put(value: unknown, named: Named): Promise<number> {
    const { history, maximumValueSize } = this.#bucket;
    const options = { create: { history, maximumValueSize }, revision: named["revision"] as number | undefined };
    return this.#with({ ...this.#located(named), ...options }, ({ bucket, key }) =>
      bucket.put(key, this.#write(value), options),
    );
  }

  async delete(named: Named): Promise<void> {
    await this.#with(this.#located(named), ({ bucket, key }) => bucket.delete(key));
  }

  async watch(handler: WatchHandler, named: Named): Promise<Registration> {
    const session = this.#session;
    const { ref } = this.#key;
    const lane = laneTo({ session, handler, ref, channel: undefined });
    const stop = await this.#with(this.#located(named), ({ bucket, key, subject }) =>
      bucket.watch(key, ({ data, revision }) => {
        try {
          lane.push({ value: data && this.#read(data), revision, subject });
        } catch (reason) {
          session.reporter.invalid(located(reason, { subject, ref }));
        }
      }),
    );
    return { stop };
  }

  #located(named: Named): KeyLocation {
    const { wire } = this.#session;
    const texts = Object.fromEntries(Object.entries(named).map(([name, value]) => [name, String(value)]));
    try {
      const name = wire.subject(this.#bucket.bucket).build(texts);
      const key = wire.subject(this.#key.key).build(texts);
      return { name, key, subject: `${name}/${key}` };
    } catch (reason) {
      throw located(reason, { ref: this.#key.ref });
    }
  }

  /** Opens the bucket, and does something with the key. */
  async #with<T>(
    location: KeyLocation,
    act: (opened: KeyLocation & { readonly bucket: Bucket }) => Promise<T>,
  ): Promise<T> {
    const { name, subject, create } = location;
    try {
      const bucket = await this.#session.transport.bucket(name, create === undefined ? {} : { create });
      return await act({ ...location, bucket });
    } catch (reason) {
      throw located(reason, { subject, ref: this.#key.ref }, "state_failed");
    }
  }

  #read(data: Uint8Array): unknown {
    const { payload, encoding } = this.#key;
    // A bucket may hold larger values than a message can be by default.
    const maximumBytes = Math.max(this.#session.maximumMessageBytes, this.#bucket.maximumValueSize ?? 0);
    const value = encoding === "text" ? decodeText(data, maximumBytes) : decode(data, maximumBytes);
    if (payload.check(value, "tolerate")) return value;
    throw invalidValue(payload, { value, fields: "tolerate" }, { what: "the value", code: "invalid_message" });
  }

  #write(value: unknown): Uint8Array {
    const { payload, encoding } = this.#key;
    if (payload.check(value, "refuse")) return encoding === "text" ? encodeText(String(value)) : encode(value);
    throw invalidValue(payload, { value, fields: "refuse" }, { what: "the value", code: "invalid_message" });
  }
}

/** Where a key is, by name; and how to make its bucket when that is to be made. */
interface KeyLocation {
  readonly name: string;
  readonly key: string;
  /** `<bucket>/<key>` */
  readonly subject: string;
  readonly create?: BucketOptions;
}
