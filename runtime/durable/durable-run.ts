/** One call of a handler of durable messages, and what becomes of the message. */
import { type Code, ProtocolError, thrownText } from "../error.js";
import type { DeliveryRules } from "../protocol/message.js";
import { Run } from "../session/dispatch.js";
import type { Session } from "../session/session.js";
import type { Held } from "./held.js";
import type { DurableContext, Readable } from "./message.js";
import { delayOf } from "./verdict.js";

/** A message whose turn it is. */
export interface DurableRunParts {
  readonly session: Session;
  readonly held: Held;
  readonly readable: Readable;
  readonly rules: DeliveryRules;
  /** Whether a message that fails is given up some time. */
  readonly isLimited: boolean;
  readonly giveUp: (error: ProtocolError) => void;
  /** @param delay in ms */
  readonly postpone: (delay: number) => void;
  /** The next message may have its turn. */
  readonly ended: () => void;
}

/** Settles its message by how its handler ends. Also the context that the handler is given. */
export class DurableRun extends Run implements DurableContext {
  readonly #parts: DurableRunParts;

  constructor(parts: DurableRunParts) {
    super();
    this.#parts = parts;
  }

  get channel(): unknown {
    return this.#parts.readable.channel;
  }

  get subject(): string {
    return this.#parts.held.delivery.subject;
  }

  get deliveries(): number {
    const { delivery, postponements } = this.#parts.held;
    return delivery.deliveries + postponements;
  }

  call(): unknown {
    const { held, readable } = this.#parts;
    held.state = "running";
    return readable.handle(this);
  }

  succeeded(): void {
    this.#observe("succeeded");
    this.#parts.held.settle({ kind: "done" });
    this.#parts.ended();
  }

  failed(cause: unknown): void {
    const { readable, giveUp, postpone, ended } = this.#parts;
    const error = ProtocolError.from(cause, "handler_failed");
    if (error.code === "hopeless") {
      this.#observe("hopeless");
      giveUp(error);
    } else if (error.code === "postponed") {
      this.#observe("postponed");
      postpone(delayOf(error) ?? this.#usualDelay);
    } else {
      const reason = `the handler of ${readable.ref} threw: ${thrownText(cause)}`;
      this.#report("handler_failed", reason, cause);
    }
    ended();
  }

  expired(): void {
    const { session, readable, ended } = this.#parts;
    const limit = `${session.dispatcher.handlerTimeout} ms`;
    this.#report("handler_timeout", `the handler of ${readable.ref} did not finish within ${limit}`);
    ended();
  }

  abandoned(): void {
    this.#parts.held.release();
  }

  #report(code: Code, reason: string, cause?: unknown): void {
    const { session, readable } = this.#parts;
    const { subject } = this;
    const what = this.#isLast ? "it is a dead letter now" : `delivery ${this.#failures}, and it comes again`;
    const error = new ProtocolError(code, `${reason}; ${what}`, {
      ref: readable.ref,
      subject,
      trace: this.trace,
      cause,
    });
    this.#observe(code);
    session.reporter.error(error);
    if (this.#isLast) this.#parts.giveUp(new ProtocolError(code, reason, { subject, cause }));
    else this.#parts.held.settle({ kind: "again", delay: this.#usualDelay });
  }

  /** How often it failed, this time included, as far as the server can tell: nobody asks it to count what is postponed. */
  get #failures(): number {
    return this.#parts.held.delivery.deliveries;
  }

  /** In ms. */
  get #usualDelay(): number {
    const { backoff } = this.#parts.rules;
    return (backoff[Math.min(this.#failures, backoff.length) - 1] ?? 1) * 1000;
  }

  get #isLast(): boolean {
    const { isLimited, rules } = this.#parts;
    return isLimited && this.#failures >= rules.limit;
  }

  #observe(outcome: Code | "succeeded"): void {
    const { session, readable } = this.#parts;
    session.reporter.observers.current?.handled(readable.ref, outcome, this.duration);
  }
}
