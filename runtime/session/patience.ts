/** How long somebody waits to send: for a connection, for a turn, and between one request and the next. */

import type { ProtocolError } from "../error.js";
import { cancelled, connectionClosed, turnMissed } from "../transport/transport-error.js";
import type { Session } from "./session.js";

/** What the caller says of it. */
export interface PatienceOptions {
  /** For all of it, in ms. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly subject: string;
  /** What there is to say when the time is over. Default: that its turn did not come. */
  readonly late?: (timeout: number) => ProtocolError;
}

/** What of a session it needs. */
export type PatienceSession = Pick<Session, "endings">;

/** Begins to wait for something, and calls `done` when it has come, but not at once. Returns what gives it up. */
export type Begin = (done: () => void) => () => void;

/** The patience of one caller, from now on. */
export class Patience {
  readonly #session: PatienceSession;
  readonly #options: PatienceOptions;
  readonly #until: number;

  constructor(session: PatienceSession, options: PatienceOptions) {
    this.#session = session;
    this.#options = options;
    this.#until = performance.now() + (options.timeout ?? Number.POSITIVE_INFINITY);
  }

  /** In ms; endless when the caller named no time. */
  get left(): number {
    return this.#until - performance.now();
  }

  /** Waits this many ms. Throws as `until` does. */
  async pause(duration: number): Promise<void> {
    await this.until((done) => {
      const timer = setTimeout(done, duration);
      return () => clearTimeout(timer);
    });
  }

  /**
   * Waits for something.
   *
   * @throws ProtocolError `expired`, or what else was chosen, when the caller's time is over; `cancelled`, `connection_closed`
   */
  async until(begin: Begin): Promise<void> {
    const { timeout, signal, subject, late = (limit: number) => turnMissed(subject, limit) } = this.#options;
    const { endings } = this.#session;
    if (signal?.aborted) throw cancelled(subject, signal);
    await new Promise<void>((resolve, reject) => {
      const end = () => {
        giveUp();
        clearTimeout(timer);
        endings.delete(close);
        signal?.removeEventListener("abort", abort);
      };
      const abort = () => {
        end();
        if (signal !== undefined) reject(cancelled(subject, signal));
      };
      const close = (failure?: ProtocolError) => {
        end();
        reject(connectionClosed(failure));
      };
      const expire = (limit: number) => {
        end();
        reject(late(limit));
      };
      const timer = timeout === undefined ? undefined : setTimeout(expire, this.left, timeout);
      const giveUp = begin(() => {
        end();
        resolve();
      });
      endings.add(close);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }
}
