/** Key-value buckets of JetStream. */
import type { KV, KvEntry, NatsConnection, QueuedIterator, StreamInfo } from "nats";
import { isProtocolError, type ProtocolError } from "../error.js";
import { checkBucketName, checkKey, checkKeyPattern, checkSize } from "../transport/bus-rules.js";
import type { Bucket, BucketOptions, Entry, EntryChange } from "../transport/transport.js";
import { bucketMissing, keyConflict } from "../transport/transport-error.js";
import { quote } from "../value/wording.js";
import { isRefusedAs, jetStreamFailed, streamInfo } from "./jetstream.js";
import { BucketWatch, type Changes, changeOf, entryOf } from "./watch.js";

// In ms. A server that answers at all does so sooner.
const briefly = 1_000;
// In ms. After so long a silence a server is asked whether there is such a bucket.
const silence = 250;

/** How a bucket is opened. */
export interface OpenOptions {
  readonly create: BucketOptions | undefined;
  /** @throws ProtocolError `connection_closed` */
  checkOpen(): void;
  /** Gets what ends each watch. */
  readonly endings: Set<() => void>;
  /** Calls the listener whenever the connection is back; returns what ends that. */
  readonly onReconnect: (listener: () => void) => () => void;
  /** Called when the bucket is found to be deleted. */
  readonly onGone: () => void;
}

/**
 * Opens a bucket.
 *
 * @throws ProtocolError `bucket_missing`, `invalid_subject`, `state_failed`
 */
export async function openNatsBucket(
  connection: NatsConnection,
  name: string,
  { create, ...watching }: OpenOptions,
): Promise<Bucket> {
  checkBucketName(name);
  try {
    const { views } = connection.jetstream();
    const info = await infoOf(connection, name, {});
    if (info === undefined && create === undefined) throw bucketMissing(name);
    const { allow_direct = false, max_msg_size = -1 } = info?.config ?? {};
    const { history = 1, maximumValueSize = -1 } = create ?? {};
    const store =
      info === undefined
        ? await views.kv(name, { history, maxValueSize: maximumValueSize })
        : await views.kv(name, { bindOnly: true, allow_direct });
    const limit = info === undefined ? maximumValueSize : max_msg_size;
    const maximum = limit < 0 ? Number.POSITIVE_INFINITY : limit;
    return new NatsBucket({ connection, name, store, maximumValueSize: maximum, ...watching });
  } catch (reason) {
    throw failed(reason, name);
  }
}

/** What there is to know of a bucket; nothing when there is none. */
async function infoOf(
  connection: NatsConnection,
  name: string,
  options: { readonly timeout?: number },
): Promise<StreamInfo | undefined> {
  return streamInfo(await connection.jetstreamManager({ checkAPI: false, ...options }), `KV_${name}`);
}

interface BucketParts extends Omit<OpenOptions, "create"> {
  readonly connection: NatsConnection;
  readonly name: string;
  readonly store: KV;
  readonly maximumValueSize: number;
}

class NatsBucket implements Bucket {
  readonly #parts: BucketParts;

  constructor(parts: BucketParts) {
    this.#parts = parts;
  }

  async get(key: string): Promise<Entry | undefined> {
    return this.#try(key, async (store) => {
      const entry = await this.#unlessGone(store.get(key));
      return entry?.operation === "PUT" ? entryOf(entry) : undefined;
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
        if (isRefusedAs("wrongRevision", cause)) throw keyConflict(name, key, { revision, cause });
        throw cause;
      }
    });
  }

  async delete(key: string): Promise<void> {
    if ((await this.get(key)) !== undefined) await this.#try(key, (store) => store.delete(key));
  }

  async keys(pattern = ">"): Promise<string[]> {
    if (pattern !== ">") checkKeyPattern(pattern);
    return this.#try(undefined, async (store) => collected(await store.keys(pattern)));
  }

  async entries(pattern: string): Promise<Entry[]> {
    checkKeyPattern(pattern);
    return this.#try(undefined, async (store) => {
      let present: QueuedIterator<KvEntry> | undefined;
      let isComplete = false;
      const initializedFn = () => {
        isComplete = true;
        present?.stop();
      };
      present = await store.watch({ key: pattern, initializedFn });
      // What it has been given by then is handed out all the same.
      if (isComplete) present.stop();
      return (await collected(present)).filter(({ operation }) => operation === "PUT").map(entryOf);
    });
  }

  async history(key: string): Promise<EntryChange[]> {
    return this.#try(key, async (store) => (await collected(await store.history({ key }))).map(changeOf));
  }

  async watch(pattern: string, listener: (change: EntryChange) => void): Promise<() => void> {
    checkKeyPattern(pattern);
    const { endings, onReconnect, store } = this.#parts;
    const watch = new BucketWatch(() => this.#changes(store, pattern), listener);
    const unwatch = onReconnect(() => watch.resume());
    const stop = () => {
      endings.delete(stop);
      unwatch();
      watch.stop();
    };
    // The transport may be closed while it begins.
    endings.add(stop);
    try {
      await this.#try(undefined, () => watch.begin());
      return stop;
    } catch (reason) {
      stop();
      throw reason;
    }
  }

  async #changes(store: KV, pattern: string): Promise<Changes> {
    const { connection, name } = this.#parts;
    const info = await infoOf(connection, name, {});
    if (info === undefined) throw this.#gone();
    return { entries: await store.watch({ key: pattern }), bucketCreated: info.created };
  }

  async #try<T>(key: string | undefined, act: (store: KV) => Promise<T>): Promise<T> {
    const { name, store, checkOpen } = this.#parts;
    checkOpen();
    if (key !== undefined) checkKey(key);
    try {
      return await act(store);
    } catch (reason) {
      if (isProtocolError(reason) || !(await this.#isGone())) throw failed(reason, name);
      throw this.#gone();
    }
  }

  /** A server says nothing to who reads in a bucket that was deleted, and is asked then. */
  async #unlessGone<T>(reading: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const gone = new Promise<never>((_, reject) => {
      timer = setTimeout(async () => (await this.#isGone()) && reject(this.#gone()), silence);
    });
    return Promise.race([reading, gone]).finally(() => clearTimeout(timer));
  }

  /** Whether the bucket was deleted. */
  async #isGone(): Promise<boolean> {
    const { connection, name } = this.#parts;
    const info = await infoOf(connection, name, { timeout: briefly }).catch(() => "unknown");
    return info === undefined;
  }

  #gone(): ProtocolError {
    this.#parts.onGone();
    return bucketMissing(this.#parts.name);
  }
}

async function collected<T>(values: QueuedIterator<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

function failed(reason: unknown, name: string): ProtocolError {
  return jetStreamFailed(reason, "state_failed", `bucket ${quote(name)}`);
}
