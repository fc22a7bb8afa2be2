/** Whether this program listens. A server drops clients that do not, and has no way to tell them why. */
import { ProtocolError } from "../error.js";

/** In ms. How often it looks. */
const interval = 1_000;
/** In ms. A shorter pause is nothing to a server. */
const shortest = 1_000;
/** In ms. A connection that is lost so soon after a pause is lost because of it, unless by a strange chance. */
const soon = 10_000;

/** Notices when the process was stopped, or too busy to read. */
export class Attention {
  #lookedAt = performance.now();
  #pause: { readonly length: number; readonly end: number } | undefined;
  readonly #timer = setInterval(() => this.#look(), interval).unref();

  /** Why the connection may have been lost just now; nothing when this program has listened all the time. */
  inattention(): ProtocolError | undefined {
    const now = this.#look();
    if (this.#pause === undefined || now - this.#pause.end > soon) return undefined;
    const seconds = (this.#pause.length / 1000).toFixed(1);
    return new ProtocolError(
      "slow_consumer",
      `the connection was lost after this program had read nothing for ${seconds} s: a server drops those who are too slow ` +
        "for it, with all that waits for them; keep handlers short, or raise its write_deadline",
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): number {
    const now = performance.now();
    const length = now - this.#lookedAt - interval;
    if (length >= shortest) this.#pause = { length, end: now };
    this.#lookedAt = now;
    return now;
  }
}
