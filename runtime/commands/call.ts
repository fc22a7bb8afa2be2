/** Asking a service: from arguments to a result, or to an error that says who is at fault. */

import { checkLimit } from "../amount.js";
import { ProtocolError } from "../error.js";
import type { Address } from "../protocol/address.js";
import { encode } from "../protocol/codec.js";
import { ignoredCommand } from "../protocol/ignored.js";
import { invalidValue } from "../protocol/invalid.js";
import { located } from "../protocol/located.js";
import type { CommandDescriptor } from "../protocol/message.js";
import { type Stamp, stamp } from "../protocol/stamp.js";
import type { CommandEnvelopes } from "../protocol/wire.js";
import type { PaceQueue } from "../session/pace.js";
import { Patience } from "../session/patience.js";
import { type RetryOptions, retryOf, usualRetry } from "../session/retry.js";
import type { Session } from "../session/session.js";
import type { Delivery, Headers, RequestOptions } from "../transport/transport.js";
import { joined } from "../value/joined.js";
import { attempts, type Repetition, wasLeftUnsent } from "./attempts.js";
import { withDeadline } from "./deadline.js";
import { ReplyReader } from "./reply-reader.js";

/** What may be said about one call. */
export interface CallOptions {
  /**
   * How long to wait in all, in ms: for a connection when it is lost, for its turn, if it keeps a pace, and for the reply,
   * repetitions included. Default: for a connection and each reply, the client's `requestTimeout`, and what the schema says
   * that the command takes. The service is told of a time that is named, and gives its handler no longer.
   */
  readonly timeout?: number;
  /**
   * How to send it again when nobody answers, where that differs from the client's `retry`. Throws `invalid_argument` for a
   * command that may not be repeated: that is sent again only when it was not sent for want of a connection.
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

/** A request that keeps a pace. */
interface Turn {
  /** Among those who wait for theirs. */
  readonly place: number;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
  /** How long one attempt may take, in ms from now. */
  readonly wait: () => number;
  readonly ask: () => Promise<unknown>;
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
  /** How long a caller waits who names no time, in ms. */
  readonly #usualWait: number;
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
    this.#usualWait = session.requestTimeout + (command.takes ?? 0);
    this.#queue = session.pacing.queueOf(command.pace, address);
    this.#subject = wire.commandSubject(command).build(this.#fixed);
  }

  get subject(): string {
    return this.#subject;
  }

  /**
   * Sends the command and waits for its result; for one that nobody answers, `undefined` when it is sent.
   *
   * @throws ProtocolError `invalid_argument`, `invalid_request`, `ignored_command`, `message_too_large`, `no_responders`,
   * `timeout`, `cancelled`, `connection_closed`; `not_connected`, `expired`, `overloaded` when it was not sent; what the service
   * refuses with; `malformed_message`, `invalid_reply`, `invalid_result` when its answer is at fault
   */
  async send(args: unknown = {}, options: CallOptions = {}): Promise<unknown> {
    const mark = stamp(options);
    const request = { id: mark.id, data: this.#request(args, options, mark) };
    const { timeout = this.#usualWait } = options;
    checkLimit("timeout", timeout);
    const retry = this.#retry(options);
    try {
      const isPlain = retry.times === 0 && this.#queue === undefined;
      return await (isPlain ? this.#ask(request, options, timeout) : this.#askPatiently(request, options, retry));
    } catch (reason) {
      throw located(reason, { subject: this.#subject, ref: this.#command.ref });
    }
  }

  async #askPatiently(request: Request, options: CallOptions, retry: Repetition): Promise<unknown> {
    const { timeout, signal } = options;
    const patience = new Patience(this.#session, { timeout, signal, subject: this.#subject });
    const attempt = (others: number) => {
      const wait = () => {
        const usual = others > 0 || timeout === undefined ? this.#usualWait : patience.left;
        return Math.max(1, Math.ceil(Math.min(usual, patience.left)));
      };
      const ask = () => this.#ask(request, options, wait());
      if (this.#queue === undefined) return ask();
      return this.#inTurn(this.#queue, { place: this.#queue.newPlace(), patience, signal, wait, ask });
    };
    return attempts(attempt, retry, patience);
  }

  /** A turn that comes while there is no connection is taken again: those who wait for one do not all go out when it is back. */
  #inTurn(queue: PaceQueue, turn: Turn): Promise<unknown> {
    const { outbox } = this.#session;
    const { place, patience, signal, wait, ask } = turn;
    const take = () => queue.inTurn(patience, place, () => (outbox.isOpen ? ask() : this.#inTurn(queue, turn)));
    return outbox.isOpen ? take() : outbox.send({ subject: this.#subject, timeout: wait(), signal }, take);
  }

  #retry({ retry }: CallOptions): Repetition {
    const { repeatable, ref } = this.#command;
    const usual = this.#session.retry;
    if (repeatable) return retry === undefined ? usual : retryOf(retry, usual);
    if (retry === undefined && usual.times > 0) return { ...usual, mayRepeat: wasLeftUnsent };
    if (retryOf(retry).times === 0) return usualRetry;
    const reason = `${ref} may not be sent again: its schema does not say that twice does what once does`;
    throw new ProtocolError("invalid_argument", `${reason}; leave out its \`retry\``, { ref });
  }

  /** @param wait for a connection, if there is none, and for the reply, in ms */
  #ask(request: Request, options: CallOptions, wait: number): Promise<unknown> {
    const { outbox } = this.#session;
    if (outbox.isOpen) return this.#askNow(request, options, wait);
    const sending = { subject: this.#subject, timeout: wait, signal: options.signal };
    return outbox.send(sending, (left) => this.#askNow(request, options, left));
  }

  /** @param wait for the reply, in ms */
  async #askNow({ id, data }: Request, { timeout, signal, headers }: CallOptions, wait: number): Promise<unknown> {
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
    if (ignored !== undefined && !options.evenIfIgnored) {
      throw ignoredCommand(ref, ignored, "pass { evenIfIgnored: true }");
    }
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
}
