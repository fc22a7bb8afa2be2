/** Answering: from a request to exactly one reply, whatever is in the request and whatever the handler does. */

import { ProtocolError } from "../error.js";
import type { Address, ChannelName } from "../protocol/address.js";
import { located } from "../protocol/located.js";
import type { ServiceDescriptor } from "../protocol/message.js";
import { Wire } from "../protocol/wire.js";
import type { Registration } from "../registration.js";
import type { Session } from "../session/session.js";
import type { Delivery, Subscription } from "../transport/transport.js";
import { Arrivals } from "./arrivals.js";
import { type AnyCommandHandler, CommandRun } from "./command-run.js";
import { becomeDiscoverable, type Program } from "./discovery.js";
import { type Entrance, entrancesOf } from "./entrances.js";
import { interceptedHandler } from "./intercepted-request.js";
import { type Answered, sendFailure } from "./reply.js";
import { RequestLine } from "./request-line.js";
import { checkArguments, type OpenedRequest, type RefusedRequest, type ServedSubject } from "./served-subject.js";

/** How a service is served. */
export interface ServeOptions {
  /**
   * The channels whose requests are answered; those of others are left to others. Default: the client's channels. `any`:
   * all requests, whatever their address and whoever else answers them. A request without an address is answered by any.
   */
  readonly channels?: readonly ChannelName[] | "any";
  /**
   * Of all instances with the same queue group, one gets each request, also if that is for the channel of another. Default: one
   * of those that answer for the channel of the request.
   */
  readonly queue?: string;
  /** Dialects to listen in. Default: the client's. */
  readonly dialects?: readonly string[];
  /**
   * Whether the standard tools for NATS services find it, with what it can be asked and how that goes: it answers on
   * `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`. Default: `true`.
   */
  readonly discoverable?: boolean;
}

/** Handlers by method name, as the runtime calls them. */
export type AnyHandlers = Readonly<Record<string, AnyCommandHandler>>;

/** What a service is made of. */
export interface ServiceParts {
  readonly service: ServiceDescriptor;
  readonly handlers: AnyHandlers;
  /** `undefined`: any. */
  readonly addresses: readonly Address[] | undefined;
  readonly queue: string | undefined;
  readonly dialects: readonly string[] | undefined;
  readonly discoverable: boolean;
  readonly program: Program | undefined;
  /** All services of the client that are answered for, to which this one belongs while it is. */
  readonly running: Set<Service>;
}

/** A service that is being answered for. */
export class Service implements Registration {
  readonly #session: Session;
  readonly #parts: ServiceParts;
  readonly #line: RequestLine;
  #subscriptions: readonly Subscription[] = [];

  /** @throws ProtocolError `invalid_argument` when a handler is missing */
  constructor(session: Session, parts: ServiceParts) {
    this.#session = session;
    this.#parts = parts;
    this.#line = new RequestLine(session, parts.service.name);
    checkComplete(parts);
  }

  /** Resolves when the bus knows of it. Nothing is left of it when the bus cannot be told. */
  async start(): Promise<void> {
    this.#subscribe();
    this.#parts.running.add(this);
    try {
      await this.#session.outbox.flush();
    } catch (reason) {
      this.stop();
      throw reason;
    }
  }

  stop(): void {
    this.#parts.running.delete(this);
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }

  /** Takes no more, and resolves when all that was on its way has reached its handler. */
  async drain(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.drain()));
    this.stop();
  }

  #subscribe(): void {
    const { wire } = this.#session;
    const { service, dialects = [wire.dialect], discoverable, program } = this.#parts;
    const wires = dialects.map((dialect) => (dialect === wire.dialect ? wire : new Wire(wire.protocol, dialect)));
    const entrances = wires.flatMap((each) => entrancesOf(each, this.#parts));
    const subscriptions = entrances.flatMap((entrance) => this.#enter(entrance));
    const found = discoverable ? becomeDiscoverable(this.#session, { service, entrances, program }) : [];
    this.#subscriptions = [...subscriptions, ...found];
  }

  #enter({ subject, served, sharing }: Entrance): readonly Subscription[] {
    const { transport, maximumMessageBytes } = this.#session;
    const arrivals = new Arrivals(served, sharing, maximumMessageBytes);
    return sharing.queues.map((queue) => {
      const receive = (delivery: Delivery) => {
        const request = arrivals.take(delivery.data, queue);
        if (request !== undefined) this.#accept(request, { delivery, served });
      };
      return transport.subscribe(subject, receive, { queue });
    });
  }

  #accept(request: OpenedRequest | RefusedRequest, at: Arrival): void {
    if (request.kind === "refused") {
      this.#refuse(request.error, this.#answered(at, request));
      return;
    }
    const { handlers } = this.#parts;
    const { method, ref } = request.command.descriptor;
    try {
      checkArguments(request);
    } catch (reason) {
      this.#refuse(reason, this.#answered(at, request), ref);
      request.command.tally.failed(0, ProtocolError.from(reason, "internal"));
      return;
    }
    // Called on the handlers, which may be an object with a state of its own.
    const called: AnyCommandHandler = (args, context) => handlers[method]?.(args, context);
    const handler = interceptedHandler(this.#session.interceptors, request.command.descriptor, called);
    this.#line.push(new CommandRun(this.#session, { delivery: at.delivery, handler, ...request }));
  }

  #answered({ delivery, served }: Arrival, request: OpenedRequest | RefusedRequest): Answered {
    const { name: service } = this.#parts.service;
    const envelopes = request.kind === "opened" ? request.command.envelopes : served.usualEnvelopes;
    return { delivery, envelopes, values: { ...request.values, service } };
  }

  #refuse(reason: unknown, answered: Answered, ref?: string): void {
    const error = located(reason, { subject: answered.delivery.subject, ref });
    this.#session.reporter.invalid(error);
    sendFailure(answered, error, this.#session);
  }
}

/** A message, and the subject it arrived on. */
interface Arrival {
  readonly delivery: Delivery;
  readonly served: ServedSubject;
}

function checkComplete({ service, handlers }: ServiceParts): void {
  const methods = Object.keys(service.commands);
  const missing = methods.filter((method) => typeof handlers[method] !== "function");
  if (missing.length === 0) return;
  throw new ProtocolError("invalid_argument", `the handlers of ${service.name} lack ${missing.join(", ")}`);
}
