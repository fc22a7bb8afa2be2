/** What a program sends while its connection is lost. It waits for the connection, in order, as long as it may. */

import { ProtocolError } from "../error.js";
import { located, type Place } from "../protocol/located.js";
import { notSent } from "../transport/transport-error.js";
import { Patience } from "./patience.js";
import type { Session } from "./session.js";

/** What is to be sent, and how long that may wait for a connection. */
export interface Sending {
  /** Where to, when that is one subject. */
  readonly subject?: string | undefined;
  /** In ms. Default: the client's `requestTimeout`. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What it needs of its session. */
type OutboxSession = Pick<Session, "transport" | "reporter" | "endings" | "requestTimeout" | "maxWaiting">;

/** What waits to be sent by one client. */
export class Outbox {
  /** Whether what is sent goes out now. To be asked before: while it does, sending is to cost nothing more. */
  isOpen = true;
  readonly #session: OutboxSession;
  /** In the order in which they are to be sent. */
  readonly #waiting = new Set<() => void>();

  constructor(session: OutboxSession) {
    this.#session = session;
    session.transport.onStatus(({ kind }) => {
      if (kind === "disconnected") this.isOpen = false;
      else if (kind === "reconnected") this.#open();
      // Whoever sends now is told by the transport, and at once.
      else if (kind === "closed") this.isOpen = true;
    });
  }

  /**
   * Sends now, or when there is a connection again: then after all that waits already.
   *
   * @param send is given how long it has left, in ms
   * @throws ProtocolError `not_connected`, `overloaded`, `cancelled`, `connection_closed`, and then it was not sent; what `send`
   * throws
   */
  async send<T>(sending: Sending, send: (left: number) => T | Promise<T>): Promise<T> {
    const { requestTimeout, maxWaiting } = this.#session;
    const { subject, timeout = requestTimeout, signal } = sending;
    if (this.isOpen) return send(timeout);
    if (this.#waiting.size >= maxWaiting) {
      throw new ProtocolError("overloaded", `${maxWaiting} messages wait already for a connection`, { subject });
    }
    const late = () => notSent(timeout, subject);
    const patience = new Patience(this.#session, { timeout, signal, subject: subject ?? "", late });
    // What waits is begun in its turn, and at once: after an await, what comes later could be sent before it.
    return new Promise((resolve, reject) => {
      const join = (done: () => void) => {
        const go = () => {
          done();
          resolve(begun(() => send(Math.max(1, Math.ceil(patience.left)))));
        };
        this.#waiting.add(go);
        return () => this.#waiting.delete(go);
      };
      patience.until(join).catch(reject);
    });
  }

  /** Sends what nobody waits for, as `send` does. That it was not sent after all is reported. */
  post(place: Place & Sending, send: () => void): void {
    if (this.isOpen) send();
    else this.send(place, send).catch((reason) => this.#session.reporter.error(located(reason, place)));
  }

  /** Resolves when the bus has taken all that was sent, what waits here included. Throws as `send` does. */
  async flush(): Promise<void> {
    await this.send({}, () => this.#session.transport.flush());
  }

  #open(): void {
    this.isOpen = true;
    for (const go of this.#waiting) go();
  }
}

/** Begins at once, and makes of what is thrown a promise that fails. */
async function begun<T>(act: () => T | Promise<T>): Promise<T> {
  return act();
}
