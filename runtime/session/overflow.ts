/** What is given up because too much waits: counted each time, and reported once until nothing waits any more. */
import { ProtocolError } from "../error.js";
import type { Reporter } from "../observe/report.js";

/** Tells of what one line gives up. */
export class Overflow {
  readonly #reporter: Reporter;
  readonly #ref: string;
  readonly #reason: string;
  #isReported = false;

  /** @param reason what happens to messages of this reference when too many wait */
  constructor(reporter: Reporter, ref: string, reason: string) {
    this.#reporter = reporter;
    this.#ref = ref;
    this.#reason = reason;
  }

  /** One message was given up. */
  happened(): void {
    this.#reporter.dropped(this.#ref);
    if (this.#isReported) return;
    this.#isReported = true;
    this.#reporter.error(new ProtocolError("overloaded", this.#reason, { ref: this.#ref }));
  }

  /** Nothing waits any more. */
  isOver(): void {
    this.#isReported = false;
  }
}
