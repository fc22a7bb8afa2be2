/** How many handlers run at once, and who is next when no more may. */

/** Something that has messages waiting, and starts one of them when it is its turn. */
export interface Line {
  /** It is this line's turn, once for each time that it waited. */
  proceed(): void;
  /** The client is closed: nothing that waits here will be started. */
  abandon(): void;
}

/** Lines take turns, so that one with much to do keeps none of the others from what little they have. */
export class Turns {
  readonly #most: number;
  #taken = 0;
  #lines: Line[] = [];

  /** @param most how many handlers may run at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a handler may be started now. While somebody waits, nobody overtakes. */
  get areFree(): boolean {
    return this.#taken < this.#most && this.#lines.length === 0;
  }

  /** Waits for a turn. A line that waits already is not to wait again. */
  wait(line: Line): void {
    this.#lines.push(line);
  }

  /** A handler runs on. */
  take(): void {
    this.#taken += 1;
  }

  /** A handler has ended. */
  giveBack(): void {
    this.#taken -= 1;
    // A handler that ends at once takes no turn, and the next line has its own.
    while (this.#taken < this.#most) {
      const line = this.#lines.shift();
      if (line === undefined) return;
      line.proceed();
    }
  }

  close(): void {
    const lines = this.#lines;
    this.#lines = [];
    for (const line of lines) line.abandon();
  }
}
