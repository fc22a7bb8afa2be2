/** What is remembered of what is over. */

/** The latest few of many, by key. */
export class Latest<Value> {
  readonly #most: number;
  readonly #forget: (value: Value) => void;
  readonly #values = new Map<string, Value>();

  /** @param forget is told of what is too old to be remembered */
  constructor(most: number, forget: (value: Value) => void = () => undefined) {
    this.#most = most;
    this.#forget = forget;
  }

  /** @param key never used before */
  add(key: string, value: Value): void {
    this.#values.set(key, value);
    if (this.#values.size <= this.#most) return;
    for (const [oldest, old] of this.#values) {
      this.#values.delete(oldest);
      this.#forget(old);
      return;
    }
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }
}

/** Of how many requests that have their reply a transport still knows, so as to tell of another. */
export const answeredRequests = 64;
