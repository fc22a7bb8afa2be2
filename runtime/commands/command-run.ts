/** One request at a service: its handler, and its one reply. */

import { type Code, ProtocolError, thrownText } from "../error.js";
import type { Outcome } from "../observe/observer.js";
import { type Address, addressIn } from "../protocol/address.js";
import { invalidValue } from "../protocol/invalid.js";
import { located, type Place } from "../protocol/located.js";
import type { CommandDescriptor } from "../protocol/message.js";
import { Run } from "../session/dispatch.js";
import type { Session } from "../session/session.js";
import type { Delivery, Headers } from "../transport/transport.js";
import { joined } from "../value/joined.js";
import type { CommandContext } from "./command-context.js";
import { timeoutIn } from "./deadline.js";
import { type Answered, sendFailure, sendSuccess } from "./reply.js";
import type { OpenedRequest } from "./served-subject.js";
import { isRefusal } from "./service-error.js";

/** A handler as the runtime calls it. */
export type AnyCommandHandler = (args: unknown, context: CommandContext) => unknown;

/** A request that is to be answered. */
export interface AcceptedRequest extends OpenedRequest {
  readonly delivery: Delivery;
  readonly handler: AnyCommandHandler;
}

/** The call of one handler for one request. */
export class CommandRun extends Run implements CommandContext {
  readonly #session: Session;
  readonly #request: AcceptedRequest;
  readonly #arrivedAt = performance.now();
  /** How long the caller waits, in ms from the arrival. Read when it first matters: most requests are answered before. */
  #timeout: number | undefined;

  constructor(session: Session, request: AcceptedRequest) {
    super();
    this.#session = session;
    this.#request = request;
  }

  get address(): Partial<Address> {
    return addressIn(this.#session.wire.protocol.address, this.#request.values);
  }

  get source(): string | undefined {
    return textOf(this.#request.values["source"]);
  }

  get id(): string | undefined {
    return textOf(this.#request.values["id"]);
  }

  get subject(): string {
    return this.#request.delivery.subject;
  }

  get headers(): Headers {
    return this.#request.delivery.headers ?? {};
  }

  get deadline(): Date {
    return new Date(Date.now() + this.#limit - this.duration);
  }

  override get signal(): AbortSignal {
    this.#session.dispatcher.hasten(this.#limit);
    return super.signal;
  }

  override get allowance(): number {
    return this.#callerTimeout - (this.startedAt - this.#arrivedAt);
  }

  /** Whether its caller has given up before it was begun. */
  get isLate(): boolean {
    return performance.now() - this.#arrivedAt >= this.#callerTimeout;
  }

  call(): unknown {
    this.startedAt = performance.now();
    return this.#request.handler(this.#request.args, this);
  }

  succeeded(result: unknown): void {
    const { descriptor, envelopes, result: template } = this.#request.command;
    try {
      // Of a command that nobody answers, nothing needs to be made.
      if (envelopes.reply !== undefined) {
        if (!descriptor.result.check(result, "refuse")) throw invalidResult(descriptor, result);
        sendSuccess(this.#answered, template === undefined ? result : template.write({ result }), this.#session);
      }
      this.#request.command.tally.succeeded(this.duration);
      this.#observe("succeeded");
    } catch (reason) {
      // What is no error of ours was thrown by the result itself, while it was read.
      const error = located(reason, this.#place, "invalid_result");
      const code = error.code === "invalid_argument" ? "invalid_result" : error.code;
      this.#fail(error, new ProtocolError(code, "what the service made cannot be sent"));
    }
  }

  failed(cause: unknown): void {
    if (isRefusal(cause)) {
      this.#reply(cause);
      return;
    }
    // Only what was made to be told is told. Anything else may hold what the caller is not to know, and what the handler was
    // told of a request of its own would read as if it were about the caller's.
    const told = new ProtocolError("handler_failed", "handler failed");
    this.#fail(this.#failure("handler_failed", `threw: ${thrownText(cause)}`, cause), told);
  }

  expired(): void {
    const limit = `${Math.ceil(this.#limit)} ms`;
    const told = new ProtocolError("handler_timeout", "the handler did not finish in time");
    this.#fail(this.#failure("handler_timeout", `did not finish within ${limit}`), told);
  }

  /** Answers without calling the handler. */
  refuse(code: Code, reason: string): void {
    this.#reply(new ProtocolError(code, reason));
  }

  abandoned(): void {
    this.#reply(new ProtocolError("handler_failed", "the service was stopped"));
  }

  get #callerTimeout(): number {
    this.#timeout ??= timeoutIn(this.#request.delivery.headers);
    return this.#timeout;
  }

  get #limit(): number {
    return Math.min(this.#session.dispatcher.handlerTimeout, this.allowance);
  }

  #observe(outcome: Outcome): void {
    this.#session.reporter.observers.current?.served(this.#request.command.descriptor.ref, outcome, this.duration);
  }

  get #place(): Place {
    return { subject: this.subject, ref: this.#request.command.descriptor.ref, trace: this.trace };
  }

  get #answered(): Answered {
    const { delivery, values } = this.#request;
    const { descriptor, envelopes } = this.#request.command;
    const command = values["command"] ?? descriptor.name;
    return {
      delivery,
      envelopes,
      values: joined(values, { service: descriptor.service, command }),
      ref: descriptor.ref,
    };
  }

  #failure(code: Code, what: string, cause?: unknown): ProtocolError {
    const place = this.#place;
    return new ProtocolError(code, `the handler of ${place.ref} ${what}`, { ...place, cause });
  }

  /** Reports one error, and tells the caller another. */
  #fail(reported: ProtocolError, told: ProtocolError): void {
    this.#session.reporter.error(reported);
    this.#reply(told);
  }

  #reply(told: ProtocolError): void {
    this.#request.command.tally.failed(this.duration, told);
    this.#observe(told.code);
    sendFailure(this.#answered, told, this.#session);
  }
}

function invalidResult({ result: payload, ref }: CommandDescriptor, value: unknown): ProtocolError {
  const refused = { what: "the result", code: "invalid_result", ref } as const;
  return invalidValue(payload, { value, fields: "refuse" }, refused);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
