/** How fast commands may follow one another in a channel. No command that keeps a pace is sent but in its turn. */
import { ProtocolError } from "../error.js";
import { type Address, keyOf } from "../protocol/address.js";
import type { Pace, Paces } from "../protocol/message.js";
import { didYouMean, quote } from "../value/wording.js";
import type { Patience } from "./patience.js";

/** What a program says of a pace, where it differs from what the protocol says. */
export type PaceOptions = Readonly<Record<string, { readonly [Name in keyof Pace]?: Pace[Name] | undefined }>>;

/** The paces of one client: for each pace and channel, one queue. */
export class Pacing {
  readonly #paces: ReadonlyMap<string, Pace>;
  readonly #maxWaiting: number;
  readonly #queues = new Map<string, PaceQueue>();

  /** @throws ProtocolError `invalid_argument` for a pace that the protocol does not have, and for times that cannot be */
  constructor(paces: Paces, options: PaceOptions, maxWaiting: number) {
    const names = Object.keys(paces);
    for (const name of Object.keys(options).filter((each) => !names.includes(each))) {
      const hint = didYouMean(name, names) || `; they are ${names.join(", ") || "none"}`;
      throw new ProtocolError("invalid_argument", `the protocol has no pace ${quote(name)}${hint}`);
    }
    this.#paces = new Map(Object.entries(paces).map(([name, pace]) => [name, paceOf(name, pace, options[name])]));
    this.#maxWaiting = maxWaiting;
  }

  /** The queue of a pace in a channel, however the channel is spelt; nothing when there is no such pace. */
  queueOf(name: string | undefined, address: Address): PaceQueue | undefined {
    const pace = name === undefined ? undefined : this.#paces.get(name);
    if (pace === undefined) return undefined;
    const key = `${name} ${keyOf(address)}`;
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new PaceQueue(pace, this.#maxWaiting);
      this.#queues.set(key, queue);
    }
    return queue;
  }
}

/** A command that waits. */
interface Waiting {
  readonly place: number;
  readonly go: () => void;
}

/** Commands that wait for their turns, in the order of their places. */
export class PaceQueue {
  readonly #pace: Pace;
  readonly #maxWaiting: number;
  #waiting: Waiting[] = [];
  #places = 0;
  /** When the next turn is, in ms of `performance.now()`. */
  #nextAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(pace: Pace, maxWaiting: number) {
    this.#pace = pace;
    this.#maxWaiting = maxWaiting;
  }

  /** A place behind all others, for one who may have to come back to it. */
  newPlace(): number {
    return this.#places++;
  }

  /**
   * Sends when it is the caller's turn.
   *
   * @param place among those who wait
   * @param send is to send at once
   * @throws ProtocolError `overloaded` when too many wait; `expired`, `cancelled`, `connection_closed` when the patience is
   * over; and what `send` throws
   */
  async inTurn<T>(patience: Patience, place: number, send: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new ProtocolError("overloaded", `${this.#waiting.length} commands wait already to be sent at their pace`);
    }
    const isFree = this.#waiting.length === 0 && performance.now() >= this.#nextAt;
    if (!isFree) await patience.until((go) => this.#join({ place, go }));
    const outcome = send();
    this.#rest();
    return outcome;
  }

  #join(waiting: Waiting): () => void {
    const before = this.#waiting.findLastIndex(({ place }) => place < waiting.place);
    this.#waiting.splice(before + 1, 0, waiting);
    this.#wake();
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      this.#wake();
    };
  }

  #rest(): void {
    this.#nextAt = performance.now() + this.#pace.delay + Math.random() * this.#pace.jitter;
  }

  #wake(): void {
    if (this.#waiting.length === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setTimeout(() => this.#proceed(), Math.ceil(this.#nextAt - performance.now()));
  }

  #proceed(): void {
    this.#timer = undefined;
    // A timer may be early by a part of a ms.
    if (performance.now() >= this.#nextAt) {
      // Until it has sent, which is in a moment, there is no turn for anybody else.
      this.#rest();
      this.#waiting[0]?.go();
    }
    this.#wake();
  }
}

function paceOf(name: string, { delay, jitter }: Pace, options: PaceOptions[string] = {}): Pace {
  const chosen = { delay: options.delay ?? delay, jitter: options.jitter ?? jitter };
  for (const [part, value] of Object.entries(chosen)) {
    if (value >= 0 && value < 2 ** 30) continue;
    const reason = `pace.${name}.${part} must be a number of ms from 0 to ${2 ** 30 - 1}, not ${value}`;
    throw new ProtocolError("invalid_argument", reason);
  }
  return chosen;
}
