/** Asking a service: from arguments to a result, or to an error that says who is at fault. */

import { ProtocolError } from "../error.js";
import type { Address } from "../protocol/address.js";
import { encode } from "../protocol/codec.js";
import { invalidValue } from "../protocol/invalid.js";
import { located } from "../protocol/located.js";
import type { CommandDescriptor } from "../protocol/message.js";
import { type Stamp, stamp } from "../protocol/stamp.js";
import type { CommandEnvelopes } from "../protocol/wire.js";
import { checkLimit } from "../session/limits.js";
import type { PaceQueue } from "../session/pace.js";
import { Patience } from "../session/patience.js";
import { type Retry, type RetryOptions, retryOf, usualRetry } from "../session/retry.js";
import type { Session } from "../session/session.js";
import type { Delivery, Headers, RequestOptions } from "../transport/transport.js";
import { joined } from "../value/joined.js";
import { attempts } from "./attempts.js";
import { withDeadline } from "./deadline.js";
import { ReplyReader } from "./reply-reader.js";

/** What may be said about one call. */
export interface CallOptions {
  /**
   * How long to wait in all, in ms: for its turn, if it keeps a pace, and for the reply, repetitions included. Default: for
   * each reply, the client's `requestTimeout`. The service is told of it, and gives its handler no longer.
   */
  readonly timeout?: number;
  /**
   * How to send it again when nobody answers, where that differs from the client's `retry`. Throws `invalid_argument` for a
   * command that may not be repeated.
   */
  readonly retry?: RetryOptions;
  /** Gives up the wait. What has been sent stays sent. */
  readonly signal?: AbortSignal;
  /** Travels with the request. Default: a new UUID. */
  readonly id?: string;
  /** Sends a command that the service is known to ignore. */
  readonly evenIfIgnored?: boolean;
  /** Header fields that travel with it. */
  readonly headers?: Headers;
}

/** A request, written. */
interface Request {
  readonly id: string;
  readonly data: Uint8Array;
}

/** A command of one channel, ready to be sent. */
export class Call {
  readonly #session: Session;
  readonly #command: CommandDescriptor;
  readonly #envelopes: CommandEnvelopes;
  readonly #replies: ReplyReader;
  readonly #subject: string;
  /** What has to be waited for before it is sent. */
  readonly #queue: PaceQueue | undefined;
  /** What is the same in each of its requests. */
  readonly #fixed: Readonly<Record<string, string>>;

  /** @throws ProtocolError `invalid_subject` when the address cannot be part of the command's subject */
  constructor(session: Session, command: CommandDescriptor, address: Address) {
    const { wire } = session;
    this.#session = session;
    this.#command = command;
    this.#envelopes = wire.commandEnvelopes(command.envelope);
    this.#replies = new ReplyReader(session, command, address);
    this.#fixed = { ...address, service: command.service, command: command.name, source: session.source };
    this.#queue = session.pacing.queueOf(command.pace, address);
    this.#subject = wire.commandSubject(command).build(this.#fixed);
  }

  get subject(): string {
    return this.#subject;
  }

  /**
   * Sends the command and waits for its result; for one that nobody answers, `undefined` at once.
   *
   * @throws ProtocolError `invalid_argument`, `invalid_request`, `ignored_command`, `message_too_large`, `no_responders`,
   * `timeout`, `cancelled`, `connection_closed`; `expired`, `overloaded` when its turn did not come; what the service refuses
   * with; `malformed_message`, `invalid_reply`, `invalid_result` when its answer is at fault
   */
  async send(args: unknown = {}, options: CallOptions = {}): Promise<unknown> {
    const mark = stamp(options);
    const request = { id: mark.id, data: this.#request(args, options, mark) };
    const { timeout = this.#session.requestTimeout } = options;
    checkLimit("timeout", timeout);
    const retry = this.#retry(options);
    try {
      const isPlain = retry.times === 0 && this.#queue === undefined;
      return await (isPlain ? this.#ask(request, options, timeout) : this.#askPatiently(request, options, retry));
    } catch (reason) {
      throw located(reason, { subject: this.#subject, ref: this.#command.ref });
    }
  }

  async #askPatiently(request: Request, options: CallOptions, retry: Retry): Promise<unknown> {
    const { timeout, signal } = options;
    const patience = new Patience(this.#session, { timeout, signal, subject: this.#subject });
    const attempt = (others: number) => {
      const usual = others > 0 || timeout === undefined ? this.#session.requestTimeout : patience.left;
      return this.#ask(request, options, Math.max(1, Math.ceil(Math.min(usual, patience.left))));
    };
    const inTurn = (others: number) => this.#queue?.inTurn(patience, () => attempt(others)) ?? attempt(others);
    return attempts(inTurn, retry, patience);
  }

  #retry({ retry }: CallOptions): Retry {
    const { repeatable, ref } = this.#command;
    if (repeatable) return retry === undefined ? this.#session.retry : retryOf(retry, this.#session.retry);
    if (retryOf(retry).times === 0) return usualRetry;
    const reason = `${ref} may not be sent again: its schema does not say that twice does what once does`;
    throw new ProtocolError("invalid_argument", `${reason}; leave out its \`retry\``, { ref });
  }

  /** @param wait for the reply, in ms */
  async #ask({ id, data }: Request, { timeout, signal, headers }: CallOptions, wait: number): Promise<unknown> {
    const { transport } = this.#session;
    if (this.#envelopes.reply === undefined) {
      transport.publish(this.#subject, data, headers);
      return undefined;
    }
    // Header fields cost as much as a tenth of a request, so what every request would say is not said.
    const said = timeout === undefined ? headers : withDeadline(headers, wait);
    const accepts = this.#replies.areMarked ? (reply: Delivery) => this.#replies.isFor(id, reply) : undefined;
    const how = { timeout: wait, signal, headers: said, accepts, onAnother: this.#counting(accepts) };
    return this.#replies.read(await transport.request(this.#subject, data, how));
  }

  #request(args: unknown, options: CallOptions, mark: Stamp): Uint8Array {
    const { ref, args: payload, ignored } = this.#command;
    const place = { subject: this.#subject, ref };
    if (ignored !== undefined && !options.evenIfIgnored) throw this.#ignored();
    if (!payload.check(args, "refuse")) {
      const refused = { what: "the arguments", code: "invalid_request", ...place } as const;
      throw invalidValue(payload, { value: args, fields: "refuse" }, refused);
    }
    try {
      return encode(this.#envelopes.request.write(joined(this.#fixed, { args }, mark)));
    } catch (reason) {
      throw located(reason, place);
    }
  }

  /** Reports, once, that more replies came than one service sends. */
  #counting(accepts: RequestOptions["accepts"]): (reply: Delivery) => void {
    const { ref, replies = 1 } = this.#command;
    let count = 1;
    return (reply) => {
      if (accepts?.(reply) === false || ++count !== replies + 1) return;
      const reason = `${ref} was answered by more than one service; the first answer counts, whoever it is from`;
      const place = { subject: this.#subject, ref };
      this.#session.reporter.error(new ProtocolError("ambiguous_reply", reason, place));
    };
  }

  #ignored(): ProtocolError {
    const { ref, ignored } = this.#command;
    const instead = ignored?.instead === undefined ? "" : `; use ${ignored.instead} instead`;
    const reason = `${ref} is answered with success and has no effect: ${ignored?.because}${instead}`;
    return new ProtocolError("ignored_command", `${reason} (or send it all the same, with { evenIfIgnored: true })`, {
      ref,
    });
  }
}
