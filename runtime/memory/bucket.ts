/** Key-value buckets within the process. */
import { checkBucketName, checkKey, checkKeyPattern, checkSize } from "../transport/bus-rules.js";
import type { Bucket, BucketOptions, Entry, EntryChange } from "../transport/transport.js";
import { bucketMissing, keyConflict } from "../transport/transport-error.js";
import { subjectPattern } from "./exchange.js";

/** What a bucket holds, whoever has opened it. */
export interface MemoryStore {
  readonly name: string;
  readonly maximumValueSize: number;
  /** How many changes of a key are kept. */
  readonly history: number;
  /** By key, the oldest first; the keys in the order in which they were last written. */
  readonly changes: Map<string, readonly EntryChange[]>;
  readonly watchers: Set<(change: EntryChange) => void>;
  revision: number;
}

/** The connection that opens a bucket. */
export interface MemoryBucketOwner {
  readonly stores: Map<string, MemoryStore>;
  /** @throws ProtocolError `connection_closed` */
  checkOpen(): void;
  /** Has something end with the connection. Returns what ends it before. */
  untilClose(stop: () => void): () => void;
}

/**
 * Opens a bucket of a broker.
 *
 * @throws ProtocolError `bucket_missing`, `invalid_subject`
 */
export function openMemoryBucket(owner: MemoryBucketOwner, name: string, create?: BucketOptions): Bucket {
  owner.checkOpen();
  checkBucketName(name);
  let store = owner.stores.get(name);
  if (store === undefined) {
    if (create === undefined) throw bucketMissing(name);
    const maximumValueSize = create.maximumValueSize ?? Number.POSITIVE_INFINITY;
    const { history } = create;
    store = { name, maximumValueSize, history, changes: new Map(), watchers: new Set(), revision: 0 };
    owner.stores.set(name, store);
  }
  return new MemoryBucket(owner, store);
}

class MemoryBucket implements Bucket {
  readonly #owner: MemoryBucketOwner;
  readonly #store: MemoryStore;

  constructor(owner: MemoryBucketOwner, store: MemoryStore) {
    this.#owner = owner;
    this.#store = store;
  }

  async get(key: string): Promise<Entry | undefined> {
    this.#check(key);
    return this.#present(key);
  }

  async put(key: string, data: Uint8Array, options: { readonly revision?: number | undefined } = {}): Promise<number> {
    this.#check(key);
    const { name, maximumValueSize } = this.#store;
    checkSize(`${name}/${key}`, data.length, maximumValueSize);
    const { revision } = options;
    if (revision !== undefined && !this.#isAt(key, revision)) throw keyConflict(name, key, { revision });
    return this.#change(key, data.slice());
  }

  async delete(key: string): Promise<void> {
    this.#check(key);
    if (this.#present(key) !== undefined) this.#change(key, undefined);
  }

  async keys(pattern?: string): Promise<string[]> {
    return this.#find(pattern).map(({ key }) => key);
  }

  async entries(pattern: string): Promise<Entry[]> {
    return this.#find(pattern);
  }

  async history(key: string): Promise<EntryChange[]> {
    this.#check(key);
    return [...(this.#store.changes.get(key) ?? [])];
  }

  async watch(pattern: string, listener: (change: EntryChange) => void): Promise<() => void> {
    const present = this.#find(pattern);
    const finds = subjectPattern(pattern);
    const { watchers } = this.#store;
    const state = { stopped: false };
    const tell = (change: EntryChange) => {
      if (finds.test(change.key)) queueMicrotask(() => state.stopped || listener(change));
    };
    const stop = () => {
      state.stopped = true;
      watchers.delete(tell);
    };
    for (const entry of present) tell(entry);
    watchers.add(tell);
    return this.#owner.untilClose(stop);
  }

  #find(pattern = ">"): Entry[] {
    this.#owner.checkOpen();
    if (pattern !== ">") checkKeyPattern(pattern);
    const finds = subjectPattern(pattern);
    return [...this.#store.changes.keys()].filter((key) => finds.test(key)).flatMap((key) => this.#present(key) ?? []);
  }

  /** Whether a key was last written or deleted at a revision; at 0, whether it is not there. */
  #isAt(key: string, revision: number): boolean {
    if (revision === 0) return this.#present(key) === undefined;
    return this.#store.changes.get(key)?.at(-1)?.revision === revision;
  }

  #present(key: string): Entry | undefined {
    const change = this.#store.changes.get(key)?.at(-1);
    return change !== undefined && isEntry(change) ? change : undefined;
  }

  #change(key: string, data: Uint8Array | undefined): number {
    this.#store.revision += 1;
    const { revision, changes, history, watchers } = this.#store;
    const change = data === undefined ? { key, data, revision } : { key, data, revision };
    const past = changes.get(key) ?? [];
    changes.delete(key);
    changes.set(key, [...past, change].slice(-history));
    for (const tell of watchers) tell(change);
    return revision;
  }

  #check(key: string): void {
    this.#owner.checkOpen();
    checkKey(key);
  }
}

function isEntry(change: EntryChange): change is Entry {
  return change.data !== undefined;
}
