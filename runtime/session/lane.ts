/** The order of messages for one handler. */

import type { Overflow } from "./overflow.js";
import type { Line, Turns } from "./turns.js";

/** What a lane is made of. */
export interface LaneParts<Message> {
  readonly turns: Turns;
  /** How many messages may wait. When one more comes, the oldest is given up: what is newest matters most. */
  readonly maxWaiting: number;
  readonly overflow: Overflow;
  /** Starts a message; `ended` of the lane is to be called once for each. */
  readonly begin: (message: Message, lane: Lane<Message>) => void;
}

/** One message after another: the next begins when the one before has ended. */
export class Lane<Message> implements Line {
  readonly #parts: LaneParts<Message>;
  #waiting: Message[] = [];
  #next = 0;
  /** While it is idle, nothing waits. */
  #state: "idle" | "busy" | "in line" = "idle";
  #advancing = false;

  constructor(parts: LaneParts<Message>) {
    this.#parts = parts;
  }

  push(message: Message): void {
    if (this.#state === "idle" && this.#parts.turns.areFree) this.#start(message);
    else this.#keep(message);
  }

  ended(): void {
    this.#state = "idle";
    // A loop, where a call from `ended` to `push` and back would overflow the stack when many wait for one.
    if (!this.#advancing && this.#waiting.length > 0) this.#advance();
  }

  proceed(): void {
    this.#state = "idle";
    if (this.#next < this.#waiting.length) this.#start(this.#take());
  }

  abandon(): void {
    this.clear();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
    this.#next = 0;
  }

  #start(message: Message): void {
    this.#state = "busy";
    this.#parts.begin(message, this);
  }

  #advance(): void {
    this.#advancing = true;
    while (this.#state === "idle" && this.#next < this.#waiting.length) {
      if (this.#parts.turns.areFree) this.#start(this.#take());
      else this.#getInLine();
    }
    this.#advancing = false;
  }

  #getInLine(): void {
    this.#state = "in line";
    this.#parts.turns.wait(this);
  }

  #keep(message: Message): void {
    this.#waiting.push(message);
    if (this.#waiting.length - this.#next > this.#parts.maxWaiting) {
      this.#take();
      this.#parts.overflow.happened();
    }
    if (this.#state === "idle") this.#getInLine();
  }

  #take(): Message {
    const message = this.#waiting[this.#next] as Message;
    this.#next += 1;
    if (this.#next === this.#waiting.length) this.#parts.overflow.isOver();
    this.#compact();
    return message;
  }

  /** Lets go of what has been started, once that is half of the list: each message is copied about once. */
  #compact(): void {
    if (this.#next * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }
}
