/** A client as it is inside the runtime, where no type of the protocol is known. `client.ts` says what programs see. */
import { type Address, addressOf, type ChannelName, keyOf } from "./address.js";
import { type AnyEventHandler, type AnyServices, Channel } from "./channel.js";
import { Dispatcher } from "./dispatch.js";
import { ProtocolError } from "./error.js";
import type { PublishOptions } from "./event.js";
import { type AnyLifecycleHandler, Lifecycle, type LifecycleFilter } from "./lifecycle.js";
import { type LimitOptions, limitsOf } from "./limits.js";
import type { EventDescriptor, Protocol } from "./message.js";
import { Reporter, type ReportOptions } from "./report.js";
import { type AnyHandlers, type ServeOptions, Service } from "./serve.js";
import type { Registration, Session } from "./session.js";
import type { AnyStateKey } from "./state.js";
import type { Transport, TransportStatus } from "./transport.js";
import { connectionClosed } from "./transport-error.js";
import { Wire } from "./wire.js";
import { didYouMean } from "./wording.js";

/** `ClientOptions`, where no type of the protocol is known. */
export interface AnyClientOptions extends ReportOptions, LimitOptions {
  readonly channels?: readonly ChannelName[] | undefined;
  readonly service?: { readonly name: string } | undefined;
  readonly dialect?: string | undefined;
}

/** All that one client holds. Its transport is its own, and closes with it. */
export class ClientCore {
  readonly protocol: Protocol;
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  readonly #services = new Set<Service>();
  /** By the key of their address. */
  readonly #channels = new Map<string, Channel>();
  /** Whether there may be channels that were not named at the start. */
  readonly #isOpen: boolean;
  readonly #closed: Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(protocol: Protocol, transport: Transport, options: AnyClientOptions) {
    const limits = limitsOf(options);
    const reporter = new Reporter(options);
    this.protocol = protocol;
    this.#session = {
      wire: new Wire(protocol, options.dialect),
      transport,
      reporter,
      dispatcher: new Dispatcher(limits.handlerTimeout),
      source: options.service?.name ?? "anonymous",
      ...limits,
    };
    this.#lifecycle = new Lifecycle(this.#session);
    this.#isOpen = options.channels === undefined && protocol.address.length > 0;
    this.#addChannels(options.channels ?? []);
    this.#closed = new Promise((resolve) => {
      transport.onStatus((status) => {
        if (status.kind === "refused") reporter.error(status.error);
        if (status.kind === "closed") resolve();
      });
    });
  }

  get channels(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  get counts(): { readonly invalid: number; readonly errors: number } {
    const { invalidCount, errorCount } = this.#session.reporter;
    return { invalid: invalidCount, errors: errorCount };
  }

  get services(): AnyServices {
    return this.#withoutAddress("services").services;
  }

  get state(): Readonly<Record<string, AnyStateKey>> {
    return this.#withoutAddress("state").state;
  }

  channel(name: ChannelName): Channel {
    const address = addressOf(this.protocol.address, name);
    const known = this.#channels.get(keyOf(address));
    if (known !== undefined) return known;
    if (this.#isOpen) return this.#addChannel(address);
    const keys = [...this.#channels.keys()];
    const hint = didYouMean(keyOf(address), keys) || `; they are ${keys.join(", ")}`;
    throw invalid(`${keyOf(address)} is not one of the channels this client was started for${hint}`);
  }

  on(event: string | EventDescriptor, handler: AnyEventHandler): Registration {
    return together(this.#startedFor("on").map((channel) => channel.on(event, handler)));
  }

  onUnknown(handler: AnyEventHandler): Registration {
    return together(this.#startedFor("onUnknown").map((channel) => channel.onUnknown(handler)));
  }

  publish(event: string | EventDescriptor, payload: unknown, options?: PublishOptions): void {
    const [channel, ...others] = this.#startedFor("publish");
    if (channel === undefined || others.length > 0) {
      throw invalid("this client has several channels: say which, with client.channel(name).publish(...)");
    }
    channel.publish(event, payload, options);
  }

  async serve(name: string, handlers: AnyHandlers, options: ServeOptions = {}): Promise<Service> {
    const { queue, dialects } = options;
    const service = new Service(this.#session, {
      service: this.#session.wire.service(name),
      handlers,
      addresses: this.#addressesOf(options.channels),
      queue,
      dialects,
    });
    service.start();
    this.#services.add(service);
    await this.flush();
    return service;
  }

  onLifecycle(name: string, handler: AnyLifecycleHandler, filter: LifecycleFilter = {}): Registration {
    return this.#lifecycle.on(name, handler, filter);
  }

  publishLifecycle(name: string, payload: unknown, of: LifecycleFilter = {}): void {
    this.#lifecycle.publish(name, payload, of);
  }

  onStatus(listener: (status: TransportStatus) => void): Registration {
    return { stop: this.#session.transport.onStatus(listener) };
  }

  async flush(): Promise<void> {
    await this.#session.transport.flush();
  }

  async settled(): Promise<void> {
    await this.#session.dispatcher.idle();
  }

  async run(): Promise<void> {
    const signals = ["SIGINT", "SIGTERM"] as const;
    let stop: () => void = () => undefined;
    const signalled = new Promise<void>((resolve) => {
      stop = resolve;
    });
    for (const signal of signals) process.on(signal, stop);
    await Promise.race([signalled, this.#closed]);
    for (const signal of signals) process.off(signal, stop);
    await this.drain();
  }

  async drain(): Promise<void> {
    if (this.#closing === undefined) {
      const takers = [...this.#channels.values(), ...this.#services, this.#lifecycle];
      await Promise.all(takers.map((taker) => taker.drain()));
      await this.settled();
    }
    await this.close();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    for (const channel of this.#channels.values()) channel.close();
    for (const service of this.#services) service.stop();
    this.#lifecycle.close();
    this.#session.dispatcher.close(connectionClosed());
    await this.#session.transport.close();
  }

  #addChannels(names: readonly ChannelName[]): void {
    const { address } = this.protocol;
    const addresses = address.length === 0 && names.length === 0 ? [{}] : names.map((name) => addressOf(address, name));
    const byPattern = new Map<string, Address>();
    for (const each of addresses) {
      const pattern = this.#addChannel(each).eventPattern;
      const other = byPattern.get(pattern);
      if (other !== undefined) {
        const both = `${JSON.stringify(other)} and ${JSON.stringify(each)}`;
        throw invalid(`the channels ${both} share the subject ${pattern}, and cannot be told apart: leave one out`);
      }
      byPattern.set(pattern, each);
    }
  }

  #addChannel(address: Address): Channel {
    const channel = new Channel(this.#session, address);
    this.#channels.set(keyOf(address), channel);
    return channel;
  }

  #startedFor(method: string): readonly Channel[] {
    if (!this.#isOpen) return this.channels;
    throw invalid(
      `this client was started for no channels: name them to connect, or use client.channel(name).${method}`,
    );
  }

  #withoutAddress(member: string): Channel {
    const channel = this.#channels.get("");
    if (channel !== undefined && this.protocol.address.length === 0) return channel;
    const parts = this.protocol.address.map(({ name }) => name).join(", ");
    throw invalid(
      `the messages of ${this.protocol.name} have an address (${parts}): use client.channel(name).${member}`,
    );
  }

  #addressesOf(channels: ServeOptions["channels"]): readonly Address[] | undefined {
    if (channels === "any") return undefined;
    if (channels !== undefined) return channels.map((name) => addressOf(this.protocol.address, name));
    return this.#isOpen || this.protocol.address.length === 0 ? undefined : this.channels.map(({ address }) => address);
  }
}

function together(registrations: readonly Registration[]): Registration {
  return {
    stop: () => {
      for (const registration of registrations) registration.stop();
    },
  };
}

function invalid(reason: string): ProtocolError {
  return new ProtocolError("invalid_argument", reason);
}
