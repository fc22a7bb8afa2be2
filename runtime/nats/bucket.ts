/** Key-value buckets of JetStream. */
import type { KV, NatsConnection } from "nats";
import { ProtocolError } from "../error.js";
import { checkBucketName, checkKey, checkSize } from "../transport/bus-rules.js";
import type { Bucket, BucketOptions, Entry, EntryChange } from "../transport/transport.js";
import { bucketMissing, keyConflict } from "../transport/transport-error.js";
import { quote } from "../value/wording.js";
import { isNoResponders, jetStreamCodeOf, translated } from "./error.js";

// Numbers of JetStream's errors.
const streamMissing = 10059;
const wrongRevision = 10071;

/** How a bucket is opened. */
export interface OpenOptions {
  readonly create: BucketOptions | undefined;
  /** Gets what ends each watch. */
  readonly endings: Set<() => void>;
}

/**
 * Opens a bucket.
 *
 * @throws ProtocolError `bucket_missing`, `invalid_subject`, `state_failed`
 */
export async function openNatsBucket(
  connection: NatsConnection,
  name: string,
  { create, endings }: OpenOptions,
): Promise<Bucket> {
  checkBucketName(name);
  try {
    const { views } = connection.jetstream();
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const info = await manager.streams.info(`KV_${name}`).catch((reason) => {
      if (jetStreamCodeOf(reason) === streamMissing) return undefined;
      throw reason;
    });
    if (info === undefined && create === undefined) throw bucketMissing(name);
    const { allow_direct = false, max_msg_size = -1 } = info?.config ?? {};
    const { history = 1, maximumValueSize = -1 } = create ?? {};
    const store =
      info === undefined
        ? await views.kv(name, { history, maxValueSize: maximumValueSize })
        : await views.kv(name, { bindOnly: true, allow_direct });
    const limit = info === undefined ? maximumValueSize : max_msg_size;
    return new NatsBucket({ name, store, endings, maximumValueSize: limit < 0 ? Number.POSITIVE_INFINITY : limit });
  } catch (reason) {
    throw failed(reason, name);
  }
}

interface BucketParts {
  readonly name: string;
  readonly store: KV;
  readonly endings: Set<() => void>;
  readonly maximumValueSize: number;
}

class NatsBucket implements Bucket {
  readonly #parts: BucketParts;

  constructor(parts: BucketParts) {
    this.#parts = parts;
  }

  async get(key: string): Promise<Entry | undefined> {
    return this.#try(key, async (store) => {
      const entry = await store.get(key);
      return entry?.operation === "PUT" ? { key, data: entry.value, revision: entry.revision } : undefined;
    });
  }

  async put(key: string, data: Uint8Array, options: { readonly revision?: number | undefined } = {}): Promise<number> {
    const { name, maximumValueSize } = this.#parts;
    const { revision } = options;
    checkKey(key);
    checkSize(`${name}/${key}`, data.length, maximumValueSize);
    return this.#try(key, async (store) => {
      if (revision === undefined) return store.put(key, data);
      try {
        return await (revision === 0 ? store.create(key, data) : store.update(key, data, revision));
      } catch (cause) {
        if (jetStreamCodeOf(cause) === wrongRevision) throw keyConflict(name, key, { revision, cause });
        throw cause;
      }
    });
  }

  async delete(key: string): Promise<void> {
    if ((await this.get(key)) !== undefined) await this.#try(key, (store) => store.delete(key));
  }

  async keys(): Promise<string[]> {
    return this.#try(undefined, async (store) => {
      const keys: string[] = [];
      for await (const key of await store.keys()) keys.push(key);
      return keys;
    });
  }

  async watch(key: string, listener: (change: EntryChange) => void): Promise<() => void> {
    const { endings } = this.#parts;
    const seen = { initial: false };
    const initializedFn = () => {
      seen.initial = true;
    };
    const changes = await this.#try(key, (store) => store.watch({ key, initializedFn }));
    const stop = () => {
      endings.delete(stop);
      changes.stop();
    };
    endings.add(stop);
    const follow = async () => {
      for await (const { operation, revision, value } of changes) {
        if (operation === "PUT") listener({ key, data: value, revision });
        else if (seen.initial) listener({ key, data: undefined, revision });
      }
    };
    // A watch that the server ends is over; the connection's status says why.
    follow().catch(stop);
    return stop;
  }

  async #try<T>(key: string | undefined, act: (store: KV) => Promise<T>): Promise<T> {
    const { name, store } = this.#parts;
    if (key !== undefined) checkKey(key);
    try {
      return await act(store);
    } catch (reason) {
      throw failed(reason, name);
    }
  }
}

function failed(reason: unknown, name: string): ProtocolError {
  if (isNoResponders(reason)) {
    const advice = "the server has no JetStream; start it with --jetstream, and check the account's permissions";
    return new ProtocolError("state_failed", `cannot use bucket ${quote(name)}: ${advice}`, { cause: reason });
  }
  const error = translated(reason);
  if (error.code !== "internal" && error.code !== "timeout") return error;
  return new ProtocolError("state_failed", `bucket ${quote(name)}: ${error.rawMessage}`, { cause: reason });
}
