/** Where a key's values are, and how they are read and written. */

import { checkRevision } from "../amount.js";
import { ProtocolError } from "../error.js";
import type { Address } from "../protocol/address.js";
import { decode, decodeText, encode, encodeText } from "../protocol/codec.js";
import { invalidValue } from "../protocol/invalid.js";
import { located } from "../protocol/located.js";
import type { BucketDescriptor, KeyDescriptor } from "../protocol/message.js";
import type { Registration } from "../registration.js";
import { type HandlerContext, laneTo } from "../session/handler-run.js";
import type { Session } from "../session/session.js";
import type { Bucket, BucketOptions, EntryChange } from "../transport/transport.js";
import { KeyNames, type KeyNamesParts, type KeyPlace, type Named } from "./key-names.js";
import type { PutOptions, StateChange, StateEntry, StateRecord, StateRevision } from "./state-key.js";

/** A handler of changes as the runtime calls it. */
export type WatchHandler = (change: StateChange<unknown>, context: HandlerContext) => unknown;

/** The keys that a template describes for one address, and their bucket. */
export class StoredKey {
  readonly #session: Session;
  readonly #bucket: BucketDescriptor;
  readonly #key: KeyDescriptor;
  readonly #names: KeyNames;

  constructor(session: Session, parts: KeyNamesParts) {
    this.#session = session;
    this.#bucket = parts.bucket;
    this.#key = parts.key;
    this.#names = new KeyNames(session.wire, parts);
  }

  async get(named?: Named): Promise<StateEntry<unknown> | undefined> {
    return this.#with(this.#names.one(named), async ({ bucket, key }) => {
      const entry = await bucket.get(key);
      return entry && { value: this.#read(entry.data), revision: entry.revision };
    });
  }

  async put(value: unknown, options: Named & PutOptions = {}): Promise<number> {
    const { history, maximumValueSize } = this.#bucket;
    const place = { ...this.#names.one(options), create: { history, maximumValueSize } };
    const { revision } = options;
    // First: what is not to be written makes no bucket.
    const data = this.#at(place, () => {
      if (revision !== undefined) checkRevision(revision);
      return this.#write(value);
    });
    return this.#with(place, ({ bucket, key }) => bucket.put(key, data, { revision }));
  }

  async delete(named?: Named): Promise<void> {
    await this.#with(this.#names.one(named), ({ bucket, key }) => bucket.delete(key));
  }

  async history(named?: Named): Promise<readonly StateRevision<unknown>[]> {
    return this.#with(this.#names.one(named), async ({ bucket, key }) =>
      (await bucket.history(key)).map(({ data, revision }) => ({ value: data && this.#read(data), revision })),
    );
  }

  async watch(handler: WatchHandler, named?: Named): Promise<Registration> {
    return this.#watch(handler, this.#names.one(named));
  }

  async keys(some?: Named): Promise<readonly Address[]> {
    return this.#with(this.#names.several(some), async ({ bucket, key: pattern, parametersOf }) =>
      (await bucket.keys(pattern)).map(parametersOf).filter((parameters) => parameters !== undefined),
    );
  }

  async all(some?: Named): Promise<readonly StateRecord<unknown>[]> {
    return this.#with(this.#names.several(some), async ({ bucket, name, key: pattern, parametersOf }) =>
      (await bucket.entries(pattern)).flatMap(({ key, data, revision }) => {
        const parameters = parametersOf(key);
        return parameters === undefined ? [] : { parameters, value: this.#readAt(name, key, data), revision };
      }),
    );
  }

  async watchAll(handler: WatchHandler, some?: Named): Promise<Registration> {
    return this.#watch(handler, this.#names.several(some));
  }

  async #watch(handler: WatchHandler, place: Place): Promise<Registration> {
    const session = this.#session;
    const { ref } = this.#key;
    const lane = laneTo({ session, handler, ref, channel: undefined });
    const tell = ({ key, data, revision }: EntryChange) => {
      const parameters = place.parametersOf(key);
      if (parameters === undefined) return;
      try {
        const value = data && this.#readAt(place.name, key, data);
        lane.push({ value, revision, parameters, subject: `${place.name}/${key}` });
      } catch (reason) {
        session.reporter.invalid(located(reason, { ref }));
      }
    };
    const unwatch = await this.#with(place, ({ bucket, key }) => bucket.watch(key, tell));
    session.watches.add(unwatch);
    return {
      stop: () => {
        session.watches.delete(unwatch);
        unwatch();
        lane.clear();
      },
    };
  }

  #at<T>({ subject }: Pick<Place, "subject">, act: () => T): T {
    try {
      return act();
    } catch (reason) {
      throw located(reason, { subject, ref: this.#key.ref });
    }
  }

  /** Opens the bucket, and does something there. */
  async #with<T>(place: Place, act: (opened: Place & { readonly bucket: Bucket }) => Promise<T>): Promise<T> {
    const { name, subject, create } = place;
    const attempt = async () => {
      const bucket = await this.#session.transport.bucket(name, create === undefined ? {} : { create });
      return act({ ...place, bucket });
    };
    try {
      return await this.#session.outbox.send({ subject }, attempt).catch((reason) => {
        if (create === undefined || ProtocolError.from(reason, "state_failed").code !== "bucket_missing") throw reason;
        // It was deleted since it was opened, and is made anew.
        return attempt();
      });
    } catch (reason) {
      throw located(reason, { subject, ref: this.#key.ref }, "state_failed");
    }
  }

  /** The error says which of several keys it is. */
  #readAt(name: string, key: string, data: Uint8Array): unknown {
    try {
      return this.#read(data);
    } catch (reason) {
      throw located(reason, { subject: `${name}/${key}` });
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

/** How to make the bucket of a place, when it is to be made. */
interface Place extends KeyPlace {
  readonly create?: BucketOptions;
}
