/** Typed keys of key-value buckets, as programs use them. */
import type { Registration } from "../registration.js";
import type { HandlerContext } from "../session/handler-run.js";

/** A value, and which one it is. */
export interface StateEntry<Value> {
  readonly value: Value;
  /** Counts the changes of the bucket, from 1. */
  readonly revision: number;
}

/** The value of one of the keys that share a name with parameters. */
export interface StateRecord<Value, Parameters extends object = Record<never, never>> extends StateEntry<Value> {
  /** As the key spells them: what a text became there. */
  readonly parameters: Readonly<Parameters>;
}

/** What a key held at some time; `undefined` from when it was deleted. */
export interface StateRevision<Value> {
  readonly value: Value | undefined;
  readonly revision: number;
}

/** What a handler of changes is told. */
export interface StateChange<Value, Parameters extends object = Record<never, never>> extends StateRevision<Value> {
  /** As the key spells them. */
  readonly parameters: Readonly<Parameters>;
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

/** What one is told of a key's changes, and what to do with it. */
type ChangeHandler<Value, Parameters extends object> = (
  change: StateChange<Value, Parameters>,
  context: HandlerContext,
) => unknown;

/**
 * One key of a bucket, or all keys that share a name with parameters. Called, it reads: `await channel.state.users()`.
 *
 * All methods throw ProtocolError `bucket_missing` (except `put`, which makes the bucket), `state_failed`,
 * `connection_closed`, and `invalid_subject` when the address or a parameter cannot be part of the name. Those that read throw
 * `malformed_message` or `invalid_message` for a value that is not what the schema says.
 */
export interface StateKey<Value, Parameters extends object = Record<never, never>> {
  /** The present value; `undefined` when there is none. */
  (...given: Given<Parameters, NoOptions>): Promise<StateEntry<Value> | undefined>;
  /** Writes, and returns the new revision. Throws `invalid_message`, `invalid_argument`, `key_conflict`, `message_too_large`. */
  put(value: Value, ...given: Given<Parameters, PutOptions>): Promise<number>;
  /** Deletes the key; nothing happens when there is none. */
  delete(...given: Given<Parameters, NoOptions>): Promise<void>;
  /** What the bucket keeps of the key's past, the present included, the oldest first. */
  history(...given: Given<Parameters, NoOptions>): Promise<readonly StateRevision<Value>[]>;
  /** Calls the handler with the present value, if there is one, and with each change, one after the other. */
  watch(handler: ChangeHandler<Value, Parameters>, ...given: Given<Parameters, NoOptions>): Promise<Registration>;
  /** The parameters of the keys that there are, as the keys spell them: all, or those with the parameters that are given. */
  keys(some?: Readonly<Partial<Parameters>>): Promise<readonly Readonly<Parameters>[]>;
  /** The present values of these keys, in the order in which they were written. */
  all(some?: Readonly<Partial<Parameters>>): Promise<readonly StateRecord<Value, Parameters>[]>;
  /** As `watch`, for all these keys together, and those to come. */
  watchAll(handler: ChangeHandler<Value, Parameters>, some?: Readonly<Partial<Parameters>>): Promise<Registration>;
}
