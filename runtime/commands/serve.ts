/** Answering: from a request to exactly one reply, whatever is in the request and whatever the handler does. */

import { ProtocolError } from "../error.js";
import { type Address, agrees, type ChannelName, isAddressed, keyOf } from "../protocol/address.js";
import { decode } from "../protocol/codec.js";
import { located } from "../protocol/located.js";
import type { ServiceDescriptor } from "../protocol/message.js";
import { Wire } from "../protocol/wire.js";
import type { Registration } from "../registration.js";
import type { Session } from "../session/session.js";
import type { Delivery, Subscription } from "../transport/transport.js";
import { type AnyCommandHandler, CommandRun } from "./command-run.js";
import { becomeDiscoverable, type Entrance, type Program } from "./discovery.js";
import { interceptedHandler } from "./intercepted-request.js";
import { type Answered, sendFailure } from "./reply.js";
import { RequestLine } from "./request-line.js";
import {
  checkArguments,
  commandsBySubject,
  type OpenedRequest,
  type RefusedRequest,
  ServedSubject,
} from "./served-subject.js";

/** How a service is served. */
export interface ServeOptions {
  /**
   * The channels whose requests are answered; those of others are left to others. Default: the client's channels. `any`:
   * all requests, whatever their address. A request without an address is always answered.
   */
  readonly channels?: readonly ChannelName[] | "any";
  /** Of all instances with the same queue group, one gets each request. Default: those that answer the same requests. */
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

  start(): void {
    const { wire, transport } = this.#session;
    const { service, dialects = [wire.dialect], discoverable, program } = this.#parts;
    const wires = dialects.map((dialect) => (dialect === wire.dialect ? wire : new Wire(wire.protocol, dialect)));
    const entrances = wires.flatMap((each) => this.#entrances(each));
    const subscriptions = entrances.map(({ subject, queue, served }) =>
      transport.subscribe(subject, (delivery) => this.#receive(served, delivery), { queue }),
    );
    const found = discoverable ? becomeDiscoverable(this.#session, { service, entrances, program }) : [];
    this.#subscriptions = [...subscriptions, ...found];
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }

  /** Takes no more, and resolves when all that was on its way has reached its handler. */
  async drain(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.drain()));
    this.#subscriptions = [];
  }

  #entrances(wire: Wire): readonly Entrance[] {
    const { service, addresses, queue } = this.#parts;
    return [...commandsBySubject(wire, service, addresses)].map(([subject, commands]) => ({
      subject,
      queue: queue ?? queueOf(subject, addresses),
      dialect: wire.dialect,
      served: new ServedSubject(wire, service, commands),
    }));
  }

  #receive(served: ServedSubject, delivery: Delivery): void {
    try {
      const request = served.open(decode(delivery.data, this.#session.maximumMessageBytes));
      if (this.#concerns(request)) this.#accept(request, { delivery, served });
    } catch (reason) {
      this.#refuse(reason, this.#answered({ delivery, served }));
    }
  }

  /** Whether the request is for one of our channels. */
  #concerns({ values }: OpenedRequest | RefusedRequest): boolean {
    const { addresses } = this.#parts;
    if (addresses === undefined || addresses.some((address) => agrees(values, address))) return true;
    if (isAddressed(this.#session.wire.protocol.address, values)) return false;
    throw new ProtocolError("invalid_request", "the request has a part of the address that is not a text");
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

  #answered({ delivery, served }: Arrival, request?: OpenedRequest | RefusedRequest): Answered {
    const { name: service } = this.#parts.service;
    const envelopes = request?.kind === "opened" ? request.command.envelopes : served.usualEnvelopes;
    return { delivery, envelopes, values: { ...request?.values, service } };
  }

  #refuse(reason: unknown, answered: Answered, ref?: string): void {
    const error = located(reason, { subject: answered.delivery.subject, ref });
    this.#session.reporter.invalid(error);
    sendFailure(answered, error, this.#session.reporter);
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

/** Services for different channels must all get a request, to find out whose it is. */
function queueOf(subject: string, addresses: readonly Address[] | undefined): string {
  if (addresses === undefined) return subject;
  const keys = addresses.map((address) => encodeURIComponent(keyOf(address).replaceAll(/\p{Surrogate}/gu, "?")));
  return [subject, ...keys.sort()].join(":");
}
