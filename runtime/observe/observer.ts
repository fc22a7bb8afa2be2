/** Watching what passes through a client, to count it and to time it. While nobody watches, that costs next to nothing. */
import { type Code, ProtocolError } from "../error.js";
import type { Registration } from "../registration.js";

/** How something ended. */
export type Outcome = "succeeded" | Code;

/**
 * Is told what passes. Messages are named by their references, times are in ms. Its methods are called where messages pass:
 * they must be quick. One that throws ends the watching.
 */
export interface Observer {
  /** An event was received, found right, and is on its way to handlers. */
  received(ref: string): void;
  /** An event was sent. */
  published(ref: string): void;
  /** A handler of an event, a lifecycle message or a change of state is done. */
  handled(ref: string, outcome: Outcome, duration: number): void;
  /** A request was answered, by its handler or in its place. */
  served(ref: string, outcome: Outcome, duration: number): void;
  /** A request of this program has its result, or will get none. */
  requested(ref: string, outcome: Outcome, duration: number): void;
  /** A message was received that is not what the protocol says. */
  refused(error: ProtocolError): void;
  /** Something else went wrong. */
  failed(error: ProtocolError): void;
  /** A message was given up because too many were waiting for a handler. */
  dropped(ref: string): void;
}

/** Those who watch one client. */
export class Observers {
  /** Tells all of them; `undefined` while there are none, so that one look tells that nothing is to be done. */
  current: Observer | undefined;
  readonly #all = new Set<Partial<Observer>>();
  readonly #onFailure: (error: ProtocolError) => void;

  /** @param onFailure is told when an observer threw, and does not watch any more */
  constructor(onFailure: (error: ProtocolError) => void) {
    this.#onFailure = onFailure;
  }

  add(observer: Partial<Observer>): Registration {
    this.#all.add(observer);
    this.current = this.#together();
    return { stop: () => this.#remove(observer) };
  }

  #remove(observer: Partial<Observer>): void {
    this.#all.delete(observer);
    if (this.#all.size === 0) this.current = undefined;
  }

  #together(): Observer {
    return {
      received: (ref) => this.#tell((each) => each.received?.(ref)),
      published: (ref) => this.#tell((each) => each.published?.(ref)),
      handled: (ref, outcome, duration) => this.#tell((each) => each.handled?.(ref, outcome, duration)),
      served: (ref, outcome, duration) => this.#tell((each) => each.served?.(ref, outcome, duration)),
      requested: (ref, outcome, duration) => this.#tell((each) => each.requested?.(ref, outcome, duration)),
      refused: (error) => this.#tell((each) => each.refused?.(error)),
      failed: (error) => this.#tell((each) => each.failed?.(error)),
      dropped: (ref) => this.#tell((each) => each.dropped?.(ref)),
    };
  }

  #tell(act: (observer: Partial<Observer>) => void): void {
    for (const observer of this.#all) {
      try {
        act(observer);
      } catch (cause) {
        // First: the report of its failure must not reach it.
        this.#remove(observer);
        const { rawMessage } = ProtocolError.from(cause, "handler_failed");
        const reason = `an observer threw, and watches no more: ${rawMessage}`;
        this.#onFailure(new ProtocolError("handler_failed", reason, { cause }));
      }
    }
  }
}

/** Makes a request, and tells an observer how it ends. */
export async function observeRequest<T>(observer: Observer, ref: string, request: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    const result = await request();
    observer.requested(ref, "succeeded", performance.now() - begun);
    return result;
  } catch (reason) {
    observer.requested(ref, ProtocolError.from(reason, "internal").code, performance.now() - begun);
    throw reason;
  }
}
