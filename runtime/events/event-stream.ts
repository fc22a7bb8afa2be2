/** One subscription for all the events of a channel, and the way of each event to its handlers. */
import type { Address } from "../protocol/address.js";
import { decode } from "../protocol/codec.js";
import { located } from "../protocol/located.js";
import type { EventDescriptor } from "../protocol/message.js";
import type { Lane } from "../session/lane.js";
import type { Session } from "../session/session.js";
import type { Delivery, Subscription } from "../transport/transport.js";
import type { AnyEvent } from "./event.js";
import { EventReader, type ReadableEvent } from "./event-reader.js";

/** An event that somebody waits for. */
interface Route extends ReadableEvent {
  lanes: readonly Lane<AnyEvent>[];
}

const nothing = { subject: "", routes: undefined };

/** Holds one subscription for as long as somebody waits for an event. */
export class EventStream {
  readonly #session: Session;
  readonly #address: Address;
  /** With a wildcard where the event's name stands. */
  readonly #pattern: string;
  readonly #reader: EventReader;
  /** By subject. Events whose names become the same token share one. */
  readonly #routes = new Map<string, readonly Route[]>();
  /** What was found for the latest message. */
  #latest: { readonly subject: string; readonly routes: readonly Route[] | undefined } = nothing;
  #unknown: readonly Lane<AnyEvent>[] = [];
  #subscription: Subscription | undefined;

  constructor(session: Session, address: Address, pattern: string) {
    this.#session = session;
    this.#address = address;
    this.#pattern = pattern;
    this.#reader = new EventReader(session.wire, address);
  }

  /** Returns what ends it. */
  add(descriptor: EventDescriptor, lane: Lane<AnyEvent>): () => void {
    const route = this.#routeOf(descriptor);
    route.lanes = [...route.lanes, lane];
    this.#subscribe();
    return () => {
      route.lanes = route.lanes.filter((other) => other !== lane);
      lane.clear();
      if (route.lanes.length === 0) this.#remove(route);
    };
  }

  /** Adds a handler of events that the protocol does not know. Returns what ends it. */
  addUnknown(lane: Lane<AnyEvent>): () => void {
    this.#unknown = [...this.#unknown, lane];
    this.#subscribe();
    return () => {
      this.#unknown = this.#unknown.filter((other) => other !== lane);
      lane.clear();
      this.#unsubscribeWhenUnused();
    };
  }

  /** Takes no more, and resolves when all that was on its way has reached its handlers. */
  async drain(): Promise<void> {
    await this.#subscription?.drain();
    this.#subscription = undefined;
  }

  /** Takes no more, and forgets what waits. */
  close(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    for (const { lanes } of [...this.#routes.values()].flat()) for (const lane of lanes) lane.clear();
    for (const lane of this.#unknown) lane.clear();
  }

  #receive(delivery: Delivery): void {
    const { subject, data } = delivery;
    // Messages come in runs of one kind, and comparing two texts is cheaper than looking one up.
    if (subject !== this.#latest.subject) this.#latest = { subject, routes: this.#routes.get(subject) };
    const { routes } = this.#latest;
    if (routes === undefined && this.#unknown.length === 0) return;
    try {
      const body = decode(data, this.#session.maximumMessageBytes);
      if (routes === undefined || !this.#deliver(body, routes, delivery)) this.#deliverUnknown(body, delivery);
    } catch (reason) {
      const ref = routes?.length === 1 ? routes[0]?.descriptor.ref : undefined;
      this.#session.reporter.invalid(located(reason, { subject, ref }));
    }
  }

  /** Whether one of the routes was meant. */
  #deliver(body: unknown, routes: readonly Route[], delivery: Delivery): boolean {
    for (const route of routes) {
      const event = this.#reader.read(body, route, delivery.subject);
      if (event === "other") continue;
      if (event === "elsewhere") return true;
      this.#session.reporter.observers.current?.received(route.descriptor.ref);
      const whole = withHeaders(event, delivery);
      for (const lane of route.lanes) lane.push(whole);
      return true;
    }
    return false;
  }

  #deliverUnknown(body: unknown, delivery: Delivery): void {
    const event = this.#reader.readUnknown(body, delivery.subject);
    if (typeof event !== "object") return;
    const whole = withHeaders(event, delivery);
    for (const lane of this.#unknown) lane.push(whole);
  }

  #subscribe(): void {
    this.#subscription ??= this.#session.transport.subscribe(this.#pattern, (delivery) => this.#receive(delivery));
  }

  #unsubscribeWhenUnused(): void {
    if (this.#routes.size > 0 || this.#unknown.length > 0) return;
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  #routeOf(descriptor: EventDescriptor): Route {
    const subject = this.#subjectOf(descriptor);
    const routes = this.#routes.get(subject) ?? [];
    const present = routes.find((route) => route.descriptor === descriptor);
    if (present !== undefined) return present;
    const route: Route = { ...this.#reader.readable(descriptor), lanes: [] };
    this.#routes.set(subject, [...routes, route]);
    this.#latest = nothing;
    return route;
  }

  #remove(route: Route): void {
    const subject = this.#subjectOf(route.descriptor);
    const rest = (this.#routes.get(subject) ?? []).filter((other) => other !== route);
    if (rest.length > 0) this.#routes.set(subject, rest);
    else this.#routes.delete(subject);
    this.#latest = nothing;
    this.#unsubscribeWhenUnused();
  }

  #subjectOf(descriptor: EventDescriptor): string {
    return this.#session.wire.eventSubject(descriptor).build({ ...this.#address, event: descriptor.name });
  }
}

/** The same event, with its header fields. A copy would cost as much as reading it. */
function withHeaders(event: AnyEvent, { headers }: Delivery): AnyEvent {
  return headers === undefined ? event : Object.assign(event, { headers });
}
