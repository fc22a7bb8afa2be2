/** Requests and their replies. The NATS client's own `request` makes an error and three promises for each that succeeds. */
import { createInbox, type Msg, type NatsConnection, type PublishOptions, type Status, type Subscription } from "nats";
import type { ProtocolError } from "../error.js";
import { answeredRequests, Latest } from "../transport/latest.js";
import type { Delivery, RequestOptions } from "../transport/transport.js";
import { cancelled, connectionClosed, noReply, noResponders } from "../transport/transport-error.js";
import { translated } from "./error.js";
import { notPermitted } from "./refusal.js";

/** A connection of the NATS client. Its options are not part of the client's interface, and may be gone one day. */
type ClientConnection = NatsConnection & { readonly options?: { readonly inboxPrefix?: string } };

/** A request as it is sent. */
interface Request extends Pick<PublishOptions, "headers"> {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** Where replies arrive. */
interface Inbox {
  /** Each request adds a token of its own. */
  readonly prefix: string;
  readonly subscription: Subscription;
}

/** A request without its reply. */
interface Waiting {
  readonly subject: string;
  readonly accepts: RequestOptions["accepts"];
  readonly onAnother: RequestOptions["onAnother"];
  readonly succeed: (reply: Delivery) => void;
  readonly fail: (error: ProtocolError) => void;
  /** Ends the wait for other things than the reply. */
  readonly stop: () => void;
}

/** The requests of one connection, which share one subscription. The NATS client renews it when it reconnects. */
export class Requests {
  readonly #connection: ClientConnection;
  readonly #deliver: (message: Msg) => Delivery;
  /** By token, the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  /** Those that have their reply. */
  readonly #answered = new Latest<(reply: Delivery) => void>(answeredRequests);
  #inbox: Inbox | undefined;
  #count = 0;

  /** @param deliver makes of a message what the runtime takes */
  constructor(connection: NatsConnection, deliver: (message: Msg) => Delivery) {
    this.#connection = connection;
    this.#deliver = deliver;
  }

  /** Resolves with the first reply that is accepted. Throws as `Transport.request` does. */
  send({ subject, data, headers }: Request, how: RequestOptions): Promise<Delivery> {
    const { timeout, signal, accepts, onAnother } = how;
    return new Promise((succeed, fail) => {
      const token = String(this.#count++);
      const timer = setTimeout(() => this.#take(token)?.fail(noReply(subject, timeout)), timeout);
      const abort = signal && (() => this.#take(token)?.fail(cancelled(subject, signal)));
      const stop = () => {
        clearTimeout(timer);
        if (abort !== undefined) signal?.removeEventListener("abort", abort);
      };
      if (abort !== undefined) signal?.addEventListener("abort", abort);
      this.#waiting.set(token, { subject, accepts, onAnother, succeed, fail, stop });
      try {
        this.#inbox ??= this.#open();
        this.#connection.publish(subject, data, { reply: this.#inbox.prefix + token, ...(headers && { headers }) });
      } catch (reason) {
        this.#take(token)?.fail(translated(reason, subject));
      }
    });
  }

  /** The server has refused something. It need not have been a request. */
  refused({ operation, subject }: NonNullable<Status["permissionContext"]>): void {
    const isInbox = operation === "subscription" && subject === this.#inbox?.subscription.getSubject();
    if (isInbox) this.#inbox = undefined;
    for (const [token, waiting] of this.#waiting) {
      if (!isInbox && !(operation === "publish" && waiting.subject === subject)) continue;
      this.#take(token)?.fail(notPermitted({ operation, subject }));
      // The server refuses one message at a time.
      if (!isInbox) return;
    }
  }

  /** Gives up all that waits. */
  close(): void {
    if (this.#inbox?.subscription.isClosed() === false) this.#inbox.subscription.unsubscribe();
    this.#inbox = undefined;
    for (const token of this.#waiting.keys()) this.#take(token)?.fail(connectionClosed());
  }

  #open(): Inbox {
    const prefix = `${createInbox(this.#connection.options?.inboxPrefix)}.`;
    const callback = (error: Error | null, message: Msg) => error === null && this.#receive(message);
    return { prefix, subscription: this.#connection.subscribe(`${prefix}*`, { callback }) };
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#inbox?.prefix.length);
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) {
      this.#answered.get(token)?.(this.#deliver(message));
      return;
    }
    const reply = this.#deliver(message);
    // That is how the server says that nobody listens.
    if (reply.data.length === 0 && message.headers?.code === 503) {
      this.#take(token)?.fail(noResponders(waiting.subject));
      return;
    }
    const { accepts, onAnother } = waiting;
    if (accepts?.(reply) === false) return;
    if (onAnother !== undefined) this.#answered.add(token, onAnother);
    this.#take(token)?.succeed(reply);
  }

  /** A request that was still waiting. It waits no more. */
  #take(token: string): Waiting | undefined {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    waiting?.stop();
    return waiting;
  }
}
