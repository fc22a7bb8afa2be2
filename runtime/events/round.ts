/** Rounds of loops over events, which are runs as the calls of handlers are. */
import { located } from "../protocol/located.js";
import { Run } from "../session/dispatch.js";
import type { Lane } from "../session/lane.js";
import type { Session } from "../session/session.js";
import type { AnyEvent } from "./event.js";
import { interceptEvent } from "./intercepted-event.js";

/** What a round is made of. */
export interface RoundParts {
  readonly session: Session;
  readonly ref: string;
  readonly lane: Lane<AnyEvent>;
  readonly event: AnyEvent;
  /** Gives the event to the loop, and tells whether the loop has to come back. */
  readonly begin: () => boolean;
}

/** One round of a loop: from an event being handed out until the loop comes back. */
export class Round extends Run {
  readonly #parts: RoundParts;
  #finish: () => void = () => undefined;

  constructor(parts: RoundParts) {
    super();
    this.#parts = parts;
  }

  /** The loop has come back. */
  finish(): void {
    this.#finish();
  }

  call(): unknown {
    const { session, event, begin } = this.#parts;
    const done = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    return interceptEvent(session, { event, context: this, act: () => (begin() ? done : undefined) });
  }

  succeeded(): void {
    const { session, ref, lane } = this.#parts;
    session.reporter.observers.current?.handled(ref, "succeeded", this.duration);
    lane.ended();
  }

  failed(reason: unknown): void {
    const { session, ref, lane, event } = this.#parts;
    const error = located(reason, { ref, subject: event.subject, trace: this.trace }, "handler_failed");
    session.reporter.observers.current?.handled(ref, error.code, this.duration);
    session.reporter.error(error);
    lane.ended();
  }

  /** A loop may take its time: nobody waits for it but its own events. */
  expired(): void {
    this.#parts.lane.ended();
  }

  abandoned(): void {
    this.#parts.lane.clear();
  }
}
