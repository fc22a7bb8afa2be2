/** Events that a program comes for by itself, where handlers are called. */

import type { AnyEvent } from "../events/event.js";
import { EventIteration, type IterationParts } from "../events/event-iteration.js";
import { nextEvent } from "../events/next-event.js";
import { type AnySelector, type Selection, selectionOf } from "../events/selection.js";
import { type Registration, together } from "../registration.js";
import type { Lane } from "../session/lane.js";
import type { Session } from "../session/session.js";
import type { IterationOptions, OnceOptions } from "./event-listening.js";

/** Where events happen. */
export interface EventSource {
  /** Brings events to a lane. */
  listen(selection: Selection, lane: Lane<AnyEvent>): Registration;
}

/** The events of one or more channels of a client. */
export class PulledEvents {
  readonly #session: Session;
  readonly #sources: readonly EventSource[];

  constructor(session: Session, sources: readonly EventSource[]) {
    this.#session = session;
    this.#sources = sources;
  }

  each(event: AnySelector, { signal }: IterationOptions): EventIteration {
    return new EventIteration(this.#parts(event, signal));
  }

  async next(event: AnySelector, { signal, timeout }: OnceOptions): Promise<AnyEvent> {
    return nextEvent(this.#parts(event, signal), timeout);
  }

  #parts(event: AnySelector, signal: AbortSignal | undefined): IterationParts {
    const selection = selectionOf(this.#session.wire, event);
    const listen = (lane: Lane<AnyEvent>) => together(this.#sources.map((source) => source.listen(selection, lane)));
    return { session: this.#session, ref: selection.ref, signal, listen };
  }
}
