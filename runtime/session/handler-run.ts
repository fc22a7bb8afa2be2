/** Handlers that are told something and give nothing back: of events, lifecycle messages and changes of state. */

import { type Code, ProtocolError, thrownText } from "../error.js";
import type { TraceContext } from "../observe/trace.js";
import { describe } from "../value/wording.js";
import { Run } from "./dispatch.js";
import { Lane, type LaneParts } from "./lane.js";
import { Overflow } from "./overflow.js";
import type { Session } from "./session.js";

/** What handlers are told. */
export interface Told {
  readonly subject: string;
}

/** What a handler is given besides the message. */
export interface HandlerContext {
  readonly subject: string;
  /** Aborted when the handler has taken too long, and when the client is closed. */
  readonly signal: AbortSignal;
  /** The step of a trace that the handler is, when an interceptor says so. */
  readonly trace: TraceContext | undefined;
}

/** A handler, and what is the same for all its messages. */
export interface BoundHandler<Message extends Told, Channel> {
  readonly session: Session;
  readonly handler: (message: Message, context: HandlerContext & { readonly channel: Channel }) => unknown;
  readonly ref: string;
  readonly channel: Channel;
}

/** The order of messages for a handler. Whatever the handler does, the next message gets its turn. */
export function laneTo<Message extends Told, Channel>(bound: BoundHandler<Message, Channel>): Lane<Message> {
  const { session, ref } = bound;
  checkHandler(bound.handler);
  return laneOf(session, ref, (message, lane) => session.dispatcher.start(new HandlerRun(bound, message, lane)));
}

/** @throws ProtocolError `invalid_argument` for what cannot be called */
export function checkHandler(handler: unknown): void {
  if (typeof handler === "function") return;
  throw new ProtocolError("invalid_argument", `a handler must be a function, not ${describe(handler)}`);
}

/** The order of messages of one reference, for whoever takes them in place of a handler. */
export function laneOf<Message>(session: Session, ref: string, begin: LaneParts<Message>["begin"]): Lane<Message> {
  const { dispatcher, reporter, maxWaiting } = session;
  const reason = `the handler of ${ref} is too slow: ${maxWaiting} messages wait, so the oldest are given up`;
  return new Lane({ turns: dispatcher.turns, maxWaiting, overflow: new Overflow(reporter, ref, reason), begin });
}

class HandlerRun<Message extends Told, Channel> extends Run implements HandlerContext {
  readonly #bound: BoundHandler<Message, Channel>;
  readonly #message: Message;
  readonly #lane: Lane<Message>;

  constructor(bound: BoundHandler<Message, Channel>, message: Message, lane: Lane<Message>) {
    super();
    this.#bound = bound;
    this.#message = message;
    this.#lane = lane;
  }

  get channel(): Channel {
    return this.#bound.channel;
  }

  get subject(): string {
    return this.#message.subject;
  }

  call(): unknown {
    return this.#bound.handler(this.#message, this);
  }

  succeeded(): void {
    const { session, ref } = this.#bound;
    session.reporter.observers.current?.handled(ref, "succeeded", this.duration);
    this.#lane.ended();
  }

  failed(cause: unknown): void {
    this.#report("handler_failed", `the handler of ${this.#bound.ref} threw: ${thrownText(cause)}`, cause);
  }

  expired(): void {
    const { session, ref } = this.#bound;
    const limit = `${session.dispatcher.handlerTimeout} ms`;
    this.#report(
      "handler_timeout",
      `the handler of ${ref} did not finish within ${limit}; the next message has its turn`,
    );
  }

  abandoned(): void {
    this.#lane.clear();
  }

  #report(code: Code, message: string, cause?: unknown): void {
    const { session, ref } = this.#bound;
    session.reporter.observers.current?.handled(ref, code, this.duration);
    session.reporter.error(new ProtocolError(code, message, { ref, subject: this.subject, trace: this.trace, cause }));
    this.#lane.ended();
  }
}
