/** The order of messages for one handler. */

/** One message after another: the next begins when the one before has ended. */
export class Lane<Message> {
  readonly #begin: (message: Message, lane: Lane<Message>) => void;
  #waiting: Message[] = [];
  #next = 0;
  #busy = false;
  #advancing = false;

  /** @param begin starts a message; `ended` of the lane is to be called once for each */
  constructor(begin: (message: Message, lane: Lane<Message>) => void) {
    this.#begin = begin;
  }

  push(message: Message): void {
    if (this.#busy) {
      this.#waiting.push(message);
      return;
    }
    this.#busy = true;
    this.#begin(message, this);
  }

  ended(): void {
    this.#busy = false;
    // A loop, where a call from `ended` to `push` and back would overflow the stack when many wait for one.
    if (!this.#advancing && this.#waiting.length > 0) this.#advance();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
    this.#next = 0;
  }

  #advance(): void {
    this.#advancing = true;
    while (!this.#busy && this.#next < this.#waiting.length) {
      const message = this.#waiting[this.#next] as Message;
      this.#next += 1;
      this.#compact();
      this.push(message);
    }
    this.#advancing = false;
  }

  /** Lets go of what has been started, once that is half of the list: each message is copied about once. */
  #compact(): void {
    if (this.#next * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }
}
