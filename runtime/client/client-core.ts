/** A client as it is inside the runtime, where no type of the protocol is known. `client.ts` says what programs see. */

import { type AnyHandlers, type ServeOptions, Service } from "../commands/serve.js";
import { DurableEvents } from "../durable/durable-events.js";
import type { StoredEvent } from "../durable/publish.js";
import type { ProtocolError } from "../error.js";
import type { AnyEvent, PublishOptions } from "../events/event.js";
import type { EventIteration } from "../events/event-iteration.js";
import type { AnySelector } from "../events/selection.js";
import { type AnyLifecycleHandler, Lifecycle, type LifecycleFilter } from "../lifecycle/lifecycle.js";
import type { Registry, RegistryOptions } from "../lifecycle/registry.js";
import type { RestartHandler } from "../lifecycle/restart.js";
import type { ServiceDescription, ServiceOptions } from "../lifecycle/service-identity.js";
import { ServiceLife } from "../lifecycle/service-life.js";
import type { Health } from "../observe/health.js";
import type { Observer } from "../observe/observer.js";
import { Reporter, type ReportOptions } from "../observe/report.js";
import type { ChannelFilter, ChannelName } from "../protocol/address.js";
import { contractHeader } from "../protocol/contract-header.js";
import type { EventDescriptor, Protocol } from "../protocol/message.js";
import { Wire } from "../protocol/wire.js";
import { type Registration, together } from "../registration.js";
import { Dispatcher } from "../session/dispatch.js";
import type { Interceptor } from "../session/interceptor.js";
import { type LimitOptions, limitsOf } from "../session/limits.js";
import { Outbox } from "../session/outbox.js";
import { Pacing } from "../session/pace.js";
import type { Session } from "../session/session.js";
import type { AnyStateKey } from "../state/state.js";
import type { Transport, TransportStatus } from "../transport/transport.js";
import { connectionClosed } from "../transport/transport-error.js";
import type { AnyEventHandler, AnyServices, Channel } from "./channel.js";
import { type AnyWhere, Channels } from "./channels.js";
import type { IterationOptions, OnceOptions } from "./event-listening.js";
import { PulledEvents } from "./pulled-events.js";
import { type RunOptions, run } from "./run.js";
import { listenTo } from "./status.js";

/** `ClientOptions`, where no type of the protocol is known. */
export interface AnyClientOptions extends ReportOptions, LimitOptions {
  readonly channels?: readonly ChannelName[] | undefined;
  readonly service?: ServiceOptions | undefined;
  readonly dialect?: string | undefined;
  readonly interceptors?: readonly Interceptor[] | undefined;
}

/** All that one client holds. Its transport is its own, and closes with it. */
export class ClientCore {
  readonly protocol: Protocol;
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  readonly #life: ServiceLife;
  readonly #services = new Set<Service>();
  readonly #channels: Channels;
  readonly #durable: DurableEvents<Channel>;
  /** With an error when it was not this program that closed the connection. */
  readonly #closed: Promise<ProtocolError | undefined>;
  #closing: Promise<void> | undefined;

  constructor(protocol: Protocol, transport: Transport, options: AnyClientOptions) {
    const reporter = new Reporter(options);
    const endings: Session["endings"] = new Set();
    const shared = { transport, reporter, endings, ...limitsOf(options) };
    this.protocol = protocol;
    transport.label(contractHeader(protocol));
    this.#session = {
      ...shared,
      watches: new Set(),
      wire: new Wire(protocol, options.dialect),
      dispatcher: new Dispatcher(shared, reporter.observers),
      source: options.service?.name ?? "anonymous",
      outbox: new Outbox(shared),
      pacing: new Pacing(protocol.paces ?? {}, options.pace ?? {}, shared.maxWaiting),
      interceptors: [...(options.interceptors ?? [])],
    };
    this.#lifecycle = new Lifecycle(this.#session);
    this.#life = new ServiceLife(this.#session, this.#lifecycle, options.service);
    this.#channels = new Channels(this.#session, options.channels);
    this.#durable = new DurableEvents(this.#session, (where) => this.#channels.chosen("durable", where));
    this.#closed = new Promise((resolve) => {
      transport.onStatus((status) => {
        if (status.kind === "closed") {
          this.#end(status.error);
          resolve(status.error);
        } else if ("error" in status && status.error !== undefined) {
          reporter.error(status.error);
        }
      });
    });
  }

  get channels(): readonly Channel[] {
    return this.#channels.all;
  }

  get counts(): { readonly invalid: number; readonly errors: number; readonly dropped: number } {
    const { invalidCount, errorCount, droppedCount } = this.#session.reporter;
    return { invalid: invalidCount, errors: errorCount, dropped: droppedCount };
  }

  get services(): AnyServices {
    return this.#channels.withoutAddress("services").services;
  }

  get state(): Readonly<Record<string, AnyStateKey>> {
    return this.#channels.withoutAddress("state").state;
  }

  channel(name: ChannelName): Channel {
    return this.#channels.of(name);
  }

  on(event: AnySelector, ...how: readonly [AnyEventHandler] | readonly [ChannelFilter, AnyEventHandler]): Registration {
    const [where, handler] = how.length === 1 ? [undefined, ...how] : how;
    return together(this.#channels.chosen("on", where).map((channel) => channel.on(event, handler)));
  }

  async once(event: AnySelector, { where, ...options }: OnceOptions & AnyWhere = {}): Promise<AnyEvent> {
    return this.#pulled("once", where).next(event, options);
  }

  events(event: AnySelector, { where, ...options }: IterationOptions & AnyWhere = {}): EventIteration {
    return this.#pulled("events", where).each(event, options);
  }

  onUnknown(handler: AnyEventHandler): Registration {
    return together(this.#channels.startedFor("onUnknown").map((channel) => channel.onUnknown(handler)));
  }

  publish(event: string | EventDescriptor, payload: unknown, options?: PublishOptions): void {
    this.#channels.only("publish").publish(event, payload, options);
  }

  async publishDurable(event: string, payload: unknown, options?: PublishOptions): Promise<StoredEvent> {
    return this.#channels.only("publishDurable").publishDurable(event, payload, options);
  }

  async durable(...how: Parameters<DurableEvents<Channel>["consume"]>): Promise<Registration> {
    return this.#durable.consume(...how);
  }

  async deadLetters(...how: Parameters<DurableEvents<Channel>["consumeDeadLetters"]>): Promise<Registration> {
    return this.#durable.consumeDeadLetters(...how);
  }

  async serve(name: string, handlers: AnyHandlers, options: ServeOptions = {}): Promise<Service> {
    const { queue, dialects, discoverable = true } = options;
    const service = new Service(this.#session, {
      service: this.#session.wire.service(name),
      handlers,
      addresses: this.#channels.served(options.channels),
      queue,
      dialects,
      discoverable,
      program: this.#life.identity,
      running: this.#services,
    });
    await service.start();
    return service;
  }

  onLifecycle(name: string, handler: AnyLifecycleHandler, filter: LifecycleFilter = {}): Registration {
    return this.#lifecycle.on(name, handler, filter);
  }

  publishLifecycle(name: string, payload: unknown, of: LifecycleFilter = {}): void {
    this.#lifecycle.publish(name, payload, of);
  }

  async announce(): Promise<void> {
    await this.#life.announce();
  }

  describe(description: ServiceDescription): void {
    this.#life.describe(description);
  }

  onRestart(handler: RestartHandler): Registration {
    return this.#life.onRestart(handler);
  }

  async registry(options: RegistryOptions = {}): Promise<Registry> {
    return this.#life.registry(options);
  }

  health(): Health<ClientCore["counts"]> {
    return this.#life.health(this.counts);
  }

  observe(observer: Partial<Observer>): Registration {
    return this.#session.reporter.observers.add(observer);
  }

  onStatus(listener: (status: TransportStatus) => unknown): Registration {
    return listenTo(this.#session, listener);
  }

  async flush(): Promise<void> {
    await this.#session.outbox.flush();
  }

  async settled(): Promise<void> {
    await this.#session.dispatcher.idle();
  }

  async run(options?: RunOptions): Promise<void> {
    const reason = "told to stop by a signal";
    const [drain, close] = [() => this.drain(reason), () => this.close(reason)];
    const onTimeout = (error: ProtocolError) => this.#session.reporter.error(error);
    await run({ closed: this.#closed, drain, close, onTimeout }, options);
  }

  async drain(reason?: string): Promise<void> {
    if (this.#closing === undefined) {
      for (const unwatch of this.#session.watches) unwatch();
      const takers = [this.#channels, this.#durable, ...this.#services, this.#life, this.#lifecycle];
      await Promise.all(takers.map((taker) => taker.drain()));
      await this.settled();
    }
    await this.close(reason);
  }

  async close(reason = "normal shutdown"): Promise<void> {
    this.#closing ??= this.#close(reason);
    await this.#closing;
  }

  #pulled(method: string, where: ChannelFilter | undefined): PulledEvents {
    return new PulledEvents(this.#session, this.#channels.chosen(method, where));
  }

  /** @param failure what ended the connection, when it was not this program */
  #end(failure?: ProtocolError): void {
    for (const end of this.#session.endings) end(failure);
  }

  async #close(reason: string): Promise<void> {
    this.#end();
    this.#channels.close();
    for (const service of this.#services) service.stop();
    this.#life.close(reason);
    this.#lifecycle.close();
    this.#session.dispatcher.close(connectionClosed());
    await this.#session.transport.close();
  }
}
