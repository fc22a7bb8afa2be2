/** Events for `for await`: a loop is a handler that comes for its events by itself. */
import type { ProtocolError } from "../error.js";
import type { Registration } from "../registration.js";
import { laneOf } from "../session/handler-run.js";
import type { Lane } from "../session/lane.js";
import type { Session } from "../session/session.js";
import type { AnyEvent } from "./event.js";
import { Round } from "./round.js";

/** What an iteration is made of. */
export interface IterationParts {
  readonly session: Session;
  readonly ref: string;
  readonly signal: AbortSignal | undefined;
  /** Starts to listen. */
  readonly listen: (lane: Lane<AnyEvent>) => Registration;
}

type Result = IteratorResult<AnyEvent, undefined>;

/** Somebody who waits for the next event. */
interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: ProtocolError) => void;
}

const over: Result = { done: true, value: undefined };

/** The events from one moment on, until it is ended by the one who reads them, by a signal, or with the client. */
export class EventIteration implements AsyncIterableIterator<AnyEvent, undefined> {
  readonly #parts: IterationParts;
  readonly #registration: Registration;
  readonly #waiting: Waiting[] = [];
  /** The event whose turn it is, and that nobody has come for yet. */
  #next: { readonly event: AnyEvent; readonly lane: Lane<AnyEvent> } | undefined;
  /** The round of the loop that is going on. */
  #round: Round | undefined;
  #state: "open" | "ended" = "open";
  #failure: ProtocolError | undefined;

  constructor(parts: IterationParts) {
    const { session, ref, signal, listen } = parts;
    this.#parts = parts;
    this.#registration = listen(laneOf<AnyEvent>(session, ref, (event, lane) => this.#offer(event, lane)));
    session.endings.add(this.#end);
    signal?.addEventListener("abort", this.#abort, { once: true });
    if (signal?.aborted) this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws ProtocolError once, when it was ended by a failure */
  async next(): Promise<Result> {
    this.#round?.finish();
    if (this.#state === "open") {
      return new Promise((resolve, reject) => {
        this.#waiting.push({ resolve, reject });
        this.#hand();
      });
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    return over;
  }

  /** Ends it. */
  async return(): Promise<Result> {
    this.#end();
    return over;
  }

  #offer(event: AnyEvent, lane: Lane<AnyEvent>): void {
    this.#next = { event, lane };
    this.#hand();
  }

  #hand(): void {
    if (this.#next === undefined || this.#waiting.length === 0) return;
    const { event, lane } = this.#next;
    const { session, ref } = this.#parts;
    this.#next = undefined;
    this.#round = new Round({ session, ref, lane, event, begin: () => this.#begin(event) });
    session.dispatcher.start(this.#round);
  }

  /** Gives an event to the one who asked for it. Tells whether it goes on with that, or has asked for more already. */
  #begin(event: AnyEvent): boolean {
    this.#waiting.shift()?.resolve({ done: false, value: event });
    return this.#waiting.length === 0;
  }

  readonly #abort = () => this.#end();

  readonly #end = (failure?: ProtocolError): void => {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#registration.stop();
    this.#parts.session.endings.delete(this.#end);
    this.#parts.signal?.removeEventListener("abort", this.#abort);
    this.#next = undefined;
    this.#round?.finish();
    const [first, ...others] = this.#waiting.splice(0);
    if (failure === undefined || first === undefined) first?.resolve(over);
    else first.reject(failure);
    if (first === undefined) this.#failure = failure;
    for (const { resolve } of others) resolve(over);
  };
}
