/** Key-value buckets within the process. */
import { checkBucketName, checkKey, checkSize } from "../transport/bus-rules.js";
import type { Bucket, BucketOptions, Entry, EntryChange } from "../transport/transport.js";
import { bucketMissing, keyConflict } from "../transport/transport-error.js";

/** What a bucket holds, whoever has opened it. */
export interface MemoryStore {
  readonly name: string;
  readonly maximumValueSize: number;
  readonly changes: Map<string, EntryChange>;
  readonly watchers: Set<(change: EntryChange) => void>;
  revision: number;
}

/** The connection that opens a bucket. */
export interface MemoryBucketOwner {
  readonly stores: Map<string, MemoryStore>;
  /** @throws ProtocolError `connection_closed` */
  checkOpen(): void;
  /** Ends with the connection, unless it was ended before. */
  onClose(stop: () => void): void;
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
    store = { name, maximumValueSize, changes: new Map(), watchers: new Set(), revision: 0 };
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
    const change = this.#store.changes.get(key);
    return change !== undefined && isEntry(change) ? change : undefined;
  }

  async put(key: string, data: Uint8Array, options: { readonly revision?: number | undefined } = {}): Promise<number> {
    this.#check(key);
    const { name, maximumValueSize } = this.#store;
    checkSize(`${name}/${key}`, data.length, maximumValueSize);
    const { revision } = options;
    if (revision !== undefined && revision !== ((await this.get(key))?.revision ?? 0)) {
      throw keyConflict(name, key, { revision });
    }
    return this.#change(key, data.slice());
  }

  async delete(key: string): Promise<void> {
    if ((await this.get(key)) !== undefined) this.#change(key, undefined);
  }

  async keys(): Promise<string[]> {
    this.#owner.checkOpen();
    return [...this.#store.changes.values()].filter(isEntry).map(({ key }) => key);
  }

  async watch(key: string, listener: (change: EntryChange) => void): Promise<() => void> {
    const present = await this.get(key);
    const { watchers } = this.#store;
    const state = { stopped: false };
    const tell = (change: EntryChange) => {
      if (change.key === key) queueMicrotask(() => state.stopped || listener(change));
    };
    const stop = () => {
      state.stopped = true;
      watchers.delete(tell);
    };
    if (present !== undefined) tell(present);
    watchers.add(tell);
    this.#owner.onClose(stop);
    return stop;
  }

  #change(key: string, data: Uint8Array | undefined): number {
    this.#store.revision += 1;
    const { revision, changes, watchers } = this.#store;
    const change = data === undefined ? { key, data, revision } : { key, data, revision };
    changes.set(key, change);
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
