/** Following keys of a bucket: through lost connections, and when the bucket is made anew. */
import type { KvEntry, QueuedIterator } from "nats";
import type { Entry, EntryChange } from "../transport/transport.js";

/** In ms. How long to wait before following is tried again. */
const pause = 500;

type Changes = QueuedIterator<KvEntry>;

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
  /** The revisions of the values that were told, by key. */
  readonly #told = new Map<string, number>();
  #changes: Changes | undefined;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param open begins with the latest values, and goes on with what changes */
  constructor(open: () => Promise<Changes>, listener: (change: EntryChange) => void) {
    this.#open = open;
    this.#listener = listener;
  }

  /** Resolves when the server has been told. Rejects with what the NATS client throws. */
  async begin(): Promise<void> {
    const changes = await this.#open();
    this.#changes?.stop();
    this.#changes = changes;
    if (this.#stopped) changes.stop();
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
    this.#changes?.stop();
  }

  async #follow(changes: Changes): Promise<void> {
    try {
      for await (const entry of changes) this.#tell(changeOf(entry));
    } catch {
      // The server ended it.
    }
    if (this.#changes === changes) await this.resume();
  }

  #tell(change: EntryChange): void {
    const { key, data, revision } = change;
    // Each beginning tells of the latest values once more, and of what is gone as of a deletion.
    const isNews = data === undefined ? this.#told.delete(key) : this.#told.get(key) !== revision;
    if (data !== undefined) this.#told.set(key, revision);
    if (isNews && !this.#stopped) this.#listener(change);
  }
}
