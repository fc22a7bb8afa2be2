/** Calling handlers: one at a time each, with a limit on how long, and without anything that they do hurting others. */
import { ProtocolError } from "../error.js";
import type { Observers } from "../observe/observer.js";
import { isThenable } from "./thenable.js";
import { Turns } from "./turns.js";

/** One call of a handler. Also the context that the handler is given, so that a message costs one object. */
export abstract class Run {
  /** When it began, in ms of `performance.now()`. Set only when it is timed, and when it does not finish at once. */
  startedAt = 0;
  #ended: ProtocolError | undefined;
  #controller: AbortController | undefined;

  /** Aborted when the handler has taken too long, and when the client is closed. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#ended !== undefined) this.#controller.abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** How long it has taken so far, in ms. */
  get duration(): number {
    return this.startedAt === 0 ? 0 : performance.now() - this.startedAt;
  }

  abort(reason: ProtocolError): void {
    this.#ended = reason;
    this.#controller?.abort(reason);
  }

  /** Calls the handler. */
  abstract call(): unknown;
  /** Exactly one of these four follows, once. None may throw. */
  abstract succeeded(value: unknown): void;
  abstract failed(reason: unknown): void;
  /** The handler has not finished in time. What it does from now on counts for nothing. */
  abstract expired(): void;
  /** The client is closed. What the handler does from now on counts for nothing. */
  abstract abandoned(): void;
}

/** How long a handler may take, in ms, and how many may run at once. */
export interface DispatchLimits {
  readonly handlerTimeout: number;
  readonly maxConcurrentHandlers: number;
}

/** Starts handlers and watches over those that do not finish at once. */
export class Dispatcher {
  /** In ms. */
  readonly handlerTimeout: number;
  /** Who may start a handler. To be asked before. */
  readonly turns: Turns;
  readonly #observers: Observers;
  readonly #running = new Set<Run>();
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  constructor({ handlerTimeout, maxConcurrentHandlers }: DispatchLimits, observers: Observers) {
    this.handlerTimeout = handlerTimeout;
    this.turns = new Turns(maxConcurrentHandlers);
    this.#observers = observers;
  }

  start(run: Run): void {
    if (this.#observers.current !== undefined) run.startedAt = performance.now();
    let outcome: unknown;
    try {
      outcome = run.call();
    } catch (reason) {
      run.failed(reason);
      return;
    }
    if (isThenable(outcome)) this.#watch(run, outcome);
    else run.succeeded(outcome);
  }

  /** Resolves when no handler is running. */
  async idle(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Aborts what is running, and forgets it and what waits. */
  close(reason: ProtocolError): void {
    this.turns.close();
    clearInterval(this.#timer);
    this.#timer = undefined;
    const running = [...this.#running];
    this.#running.clear();
    for (const run of running) {
      run.abort(reason);
      run.abandoned();
    }
    this.#wakeWhenIdle();
  }

  #watch(run: Run, outcome: PromiseLike<unknown>): void {
    run.startedAt ||= performance.now();
    this.#running.add(run);
    this.turns.take();
    // One timer for all, that comes late by a tenth at most: a timer for each message would cost more than the message.
    this.#timer ??= setInterval(() => this.#expire(), Math.min(1000, Math.max(10, this.handlerTimeout / 10))).unref();
    Promise.resolve(outcome).then(
      (value) => this.#end(run, () => run.succeeded(value)),
      (reason) => this.#end(run, () => run.failed(reason)),
    );
  }

  /** A set is in order of insertion: the first is the oldest. */
  #expire(): void {
    const latest = performance.now() - this.handlerTimeout;
    for (const run of this.#running) {
      if (run.startedAt > latest) break;
      run.abort(new ProtocolError("handler_timeout", `the handler did not finish within ${this.handlerTimeout} ms`));
      this.#end(run, () => run.expired());
    }
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Does nothing when the run is not awaited any more. */
  #end(run: Run, tell: () => void): void {
    if (!this.#running.delete(run)) return;
    tell();
    this.turns.giveBack();
    if (this.#running.size === 0) this.#wakeWhenIdle();
  }

  #wakeWhenIdle(): void {
    if (this.#running.size > 0) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const wake of waiting) wake();
  }
}
