/** Calling handlers: one at a time each, with a limit on how long, and without anything that they do hurting others. */
import { ProtocolError } from "../error.js";
import type { Observers } from "../observe/observer.js";
import type { TraceContext } from "../observe/trace.js";
import { isThenable } from "./thenable.js";
import { Turns } from "./turns.js";

/** One call of a handler. Also the context that the handler is given, so that a message costs one object. */
export abstract class Run {
  /** When it began, in ms of `performance.now()`. Set only when it is timed, and when it does not finish at once. */
  startedAt = 0;
  /** The step of a trace that it is. Not a field of every object: few programs have traces. */
  declare trace: TraceContext | undefined;
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

  /** How long it may take, in ms from when it began, where that is less than usual. */
  get allowance(): number {
    return Number.POSITIVE_INFINITY;
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
  /** How often to look for those that took too long, in ms. */
  #period: number;
  #idle: (() => void)[] = [];

  constructor({ handlerTimeout, maxConcurrentHandlers }: DispatchLimits, observers: Observers) {
    this.handlerTimeout = handlerTimeout;
    this.turns = new Turns(maxConcurrentHandlers);
    this.#observers = observers;
    this.#period = periodFor(handlerTimeout);
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
    this.#stopLooking();
    const running = [...this.#running];
    this.#running.clear();
    for (const run of running) {
      run.abort(reason);
      run.abandoned();
    }
    this.#wakeWhenIdle();
  }

  /** Looks more often: somebody wants to know in time when this many ms are over. */
  hasten(limit: number): void {
    const period = periodFor(limit);
    if (period >= this.#period) return;
    this.#period = period;
    if (this.#timer === undefined) return;
    this.#stopLooking();
    this.#look();
  }

  #watch(run: Run, outcome: PromiseLike<unknown>): void {
    run.startedAt ||= performance.now();
    this.#running.add(run);
    this.turns.take();
    this.#look();
    Promise.resolve(outcome).then(
      (value) => this.#end(run, () => run.succeeded(value)),
      (reason) => this.#end(run, () => run.failed(reason)),
    );
  }

  /** One timer for all, that comes late by a tenth at most: a timer for each message would cost more than the message. */
  #look(): void {
    this.#timer ??= setInterval(() => this.#expire(), this.#period).unref();
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #expire(): void {
    const now = performance.now();
    for (const run of this.#running) {
      const limit = Math.min(this.handlerTimeout, run.allowance);
      if (now - run.startedAt < limit) continue;
      const reason = `the handler did not finish within ${Math.ceil(limit)} ms`;
      run.abort(new ProtocolError("handler_timeout", reason));
      this.#end(run, () => run.expired());
    }
    if (this.#running.size > 0) return;
    this.#stopLooking();
    this.#period = periodFor(this.handlerTimeout);
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

function periodFor(limit: number): number {
  return Math.min(1000, Math.max(10, limit / 10));
}
