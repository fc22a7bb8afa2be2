/** Requests to one service, in the order of their arrival. */
import { Overflow } from "../session/overflow.js";
import type { Session } from "../session/session.js";
import type { Line } from "../session/turns.js";
import type { CommandRun } from "./command-run.js";

/** Requests that wait for their turn. When too many do, one more is refused at once: its caller is there to be told. */
export class RequestLine implements Line {
  readonly #session: Session;
  readonly #ref: string;
  readonly #overflow: Overflow;
  #waiting: CommandRun[] = [];

  /** @param service its name, for reports */
  constructor(session: Session, service: string) {
    this.#ref = `${session.wire.protocol.name}/${service}`;
    const reason = `${this.#ref} is too slow: ${session.maxWaiting} requests wait, so more are refused`;
    this.#session = session;
    this.#overflow = new Overflow(session.reporter, this.#ref, reason);
  }

  push(run: CommandRun): void {
    const { dispatcher, maxWaiting } = this.#session;
    if (this.#waiting.length === 0 && dispatcher.turns.areFree) {
      dispatcher.start(run);
    } else if (this.#waiting.length < maxWaiting) {
      if (this.#waiting.push(run) === 1) dispatcher.turns.wait(this);
    } else {
      this.#overflow.happened();
      run.refuse("overloaded", "too many requests wait already; try again later");
    }
  }

  proceed(): void {
    const run = this.#next();
    if (this.#waiting.length === 0) this.#overflow.isOver();
    else this.#session.dispatcher.turns.wait(this);
    if (run !== undefined) this.#session.dispatcher.start(run);
  }

  abandon(): void {
    for (const run of this.#waiting.splice(0)) run.abandoned();
  }

  /** The first whose caller still waits. */
  #next(): CommandRun | undefined {
    for (let run = this.#waiting.shift(); run !== undefined; run = this.#waiting.shift()) {
      if (!run.isLate) return run;
      this.#session.reporter.dropped(this.#ref);
      run.refuse("expired", "the time of its caller was over before it was begun");
    }
    return undefined;
  }
}
