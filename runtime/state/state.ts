/** Typed keys of key-value buckets: what services keep for others to read. */
import type { Address } from "../protocol/address.js";
import type { Session } from "../session/session.js";
import type { Named } from "./key-names.js";
import type { PutOptions, StateKey } from "./state-key.js";
import { StoredKey, type WatchHandler } from "./stored-key.js";

/** A key as it is carried about inside the runtime, where its type is not known. */
export type AnyStateKey = StateKey<unknown, Record<string, unknown>>;

/** The keys of all buckets of a protocol for one address, by method name. */
export function stateOf(session: Session, address: Address): Readonly<Record<string, AnyStateKey>> {
  const keys = Object.values(session.wire.protocol.state).flatMap((bucket) =>
    Object.values(bucket.keys).map(
      (key) => [key.method, stateKey(new StoredKey(session, { bucket, key, address }))] as const,
    ),
  );
  return Object.fromEntries(keys);
}

function stateKey(stored: StoredKey): AnyStateKey {
  return Object.assign((named?: Named) => stored.get(named), {
    put: (value: unknown, options?: Named & PutOptions) => stored.put(value, options),
    delete: (named?: Named) => stored.delete(named),
    history: (named?: Named) => stored.history(named),
    watch: (handler: WatchHandler, named?: Named) => stored.watch(handler, named),
    keys: (some?: Named) => stored.keys(some),
    all: (some?: Named) => stored.all(some),
    watchAll: (handler: WatchHandler, some?: Named) => stored.watchAll(handler, some),
  });
}
