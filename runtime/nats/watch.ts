/** Following keys of a bucket: through lost connections, and when the bucket is made anew. */
import type { KvEntry, QueuedIterator } from "nats";
import type { Entry, EntryChange } from "../transport/transport.js";

/** In ms. How long to wait before following is tried again. */
const pause = 500;

/** What a bucket tells of its keys: the latest values, and after them what changes. */
export interface Changes {
  readonly entries: Pick<QueuedIterator<KvEntry>, "stop"> & AsyncIterable<KvEntry>;
  /** When the bucket was made, as the server writes it. */
  readonly bucketCreated: string;
}

/** What was told last of a key. */
interface Told {
  readonly revision: number;
  readonly isPresent: boolean;
}

/** A value, as the NATS client has it. */
export function entryOf({ key, value, revision }: KvEntry): Entry {
  return { key, data: value, revision };
}

/** A change, as the NATS client has it. */
export function changeOf(entry: KvEntry): EntryChange {
  if (entry.operation === "PUT") return entryOf(entry);
  return { key: entry.key, data: undefined, revision: entry.revision };
}

/** Tells of changes until it is stopped. */
export class BucketWatch {
  readonly #open: () => Promise<Changes>;
  readonly #listener: (change: EntryChange) => void;
  /** By key. */
  readonly #told = new Map<string, Told>();
  #bucketCreated = "";
  #changes: Changes | undefined;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(open: () => Promise<Changes>, listener: (change: EntryChange) => void) {
    this.#open = open;
    this.#listener = listener;
  }

  /** Resolves when the server has been told. Rejects with what the NATS client throws. */
  async begin(): Promise<void> {
    const changes = await this.#open();
    this.#changes?.entries.stop();
    this.#changes = changes;
    if (changes.bucketCreated !== this.#bucketCreated) this.#countAnew(changes.bucketCreated);
    if (this.#stopped) changes.entries.stop();
    else this.#follow(changes);
  }

  /** Begins again. A server that was away has forgotten who follows, and the NATS client finds out late or never. */
  async resume(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    try {
      await this.begin();
    } catch {
      // The connection's status says why.
      this.#timer = setTimeout(() => this.resume(), pause).unref();
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#changes?.entries.stop();
  }

  /** The revisions of another bucket have nothing to do with those before. */
  #countAnew(bucketCreated: string): void {
    this.#bucketCreated = bucketCreated;
    for (const [key, told] of this.#told) this.#told.set(key, { ...told, revision: 0 });
  }

  async #follow(changes: Changes): Promise<void> {
    try {
      for await (const entry of changes.entries) this.#tell(changeOf(entry));
    } catch {
      // The server ended it.
    }
    if (this.#changes === changes) await this.resume();
  }

  #tell(change: EntryChange): void {
    const { key, data, revision } = change;
    const told = this.#told.get(key);
    // Each beginning tells of the latest values once more, as far as the server that is asked has heard of them.
    if (told !== undefined && revision <= told.revision) return;
    const isPresent = data !== undefined;
    this.#told.set(key, { revision, isPresent });
    const isNews = isPresent || told?.isPresent === true;
    if (isNews && !this.#stopped) this.#listener(change);
  }
}
