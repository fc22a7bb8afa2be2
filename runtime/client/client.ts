/** What a program holds: one connection, speaking one protocol. */

import type { ServeOptions, Service } from "../commands/serve.js";
import type { LifecycleFilter, ReceivedLifecycle } from "../lifecycle/lifecycle.js";
import type { Registry, RegistryOptions } from "../lifecycle/registry.js";
import type { RestartHandler } from "../lifecycle/restart.js";
import type { ServiceDescription, ServiceOptions } from "../lifecycle/service-identity.js";
import type { Health } from "../observe/health.js";
import type { Observer } from "../observe/observer.js";
import type { ReportOptions } from "../observe/report.js";
import type { ChannelOf, LifecycleName, ServiceName, WithoutAddress } from "../protocol/contract.js";
import type { Contract, Protocol } from "../protocol/message.js";
import type { Registration } from "../registration.js";
import type { HandlerContext } from "../session/handler-run.js";
import type { Interceptor } from "../session/interceptor.js";
import type { LimitOptions } from "../session/limits.js";
import type { Transport, TransportStatus } from "../transport/transport.js";
import { type AnyClientOptions, ClientCore } from "./client-core.js";
import type { DurableListening } from "./durable-listening.js";
import type { ClientEventListening, EventListening } from "./event-listening.js";
import type { RunOptions } from "./run.js";

/** How a client behaves. */
export interface ClientOptions<C extends Contract = Contract> extends ReportOptions, LimitOptions {
  /** The channels that this program is about. Default: any, each when it is first named. */
  readonly channels?: readonly ChannelOf<C>[] | undefined;
  /** What this program calls itself. */
  readonly service?: ServiceOptions | undefined;
  /** The spelling of the subjects. Default: the protocol's first. */
  readonly dialect?: string | undefined;
  /** What stands between this program and its messages, from the outermost to the innermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
}

/** What happens in a channel, and what can be done there. */
export interface ChannelMembers<C extends Contract> extends EventListening<C> {
  readonly address: Readonly<C["address"]>;
  /** All services: `user-list` is `userList`. Each is a member of the channel too, unless that name is taken. */
  readonly services: C["services"];
  /** What services keep about the channel. */
  readonly state: C["state"];
}

/** One channel. Its services are its members: `channel.printer.print(...)`. */
export type Channel<C extends Contract> = Omit<C["services"], keyof ChannelMembers<C>> & ChannelMembers<C>;

/** How often what happened. */
export interface Counts {
  /** Messages that were refused. */
  readonly invalid: number;
  /** Handlers that failed, and all else that was reported as an error. */
  readonly errors: number;
  /** Messages that were given up because too many waited for their handler, and requests that were refused for it. */
  readonly dropped: number;
}

/** A connection that speaks a protocol. */
export interface Client<C extends Contract> extends ClientEventListening<C>, DurableListening<C> {
  readonly protocol: Protocol<C>;
  /** The channels it was started for, and those that were named since. */
  readonly channels: readonly Channel<C>[];
  readonly counts: Counts;
  /** The services of a protocol without an address; those of any other are members of its channels. */
  readonly services: WithoutAddress<C, C["services"]>;
  /** The state of a protocol without an address; that of any other is with its channels. */
  readonly state: WithoutAddress<C, C["state"]>;

  /**
   * One channel; upper and lower case do not matter.
   *
   * @throws ProtocolError `invalid_argument` when the client was started for other channels
   */
  channel(name: ChannelOf<C>): Channel<C>;
  /**
   * Answers the requests to a service, and resolves when the bus knows of it. Handlers are called for many requests at
   * once. They refuse with `throw refusal(code, message)`.
   *
   * @throws ProtocolError `invalid_argument` when a handler is missing
   */
  serve<Name extends ServiceName<C>>(
    service: Name,
    handlers: C["handlers"][Name],
    options?: ServeOptions,
  ): Promise<Service>;
  /** Calls the handler for each lifecycle message of that name. */
  onLifecycle<Name extends LifecycleName<C>>(
    name: Name,
    handler: (message: ReceivedLifecycle<C["lifecycle"][Name], Name>, context: HandlerContext) => unknown,
    filter?: LifecycleFilter,
  ): Registration;
  /** Sends a lifecycle message, of this program unless another service is named. Throws as `publish` does. */
  publishLifecycle<Name extends LifecycleName<C>>(
    name: Name,
    payload: C["lifecycle"][Name],
    of?: LifecycleFilter,
  ): void;

  /**
   * Says that the program has started, once the bus has taken its subscriptions. From the first time on it also says that it
   * is alive, answers those who ask who is there, and says that it stops. `connect` does this, unless its `service` says
   * otherwise. Do it again to be noticed by those who came later.
   *
   * @throws ProtocolError `invalid_argument` when the client has no `service`; `invalid_message`, `invalid_subject` when what
   * that says of itself is not what the protocol's messages hold; as `flush`
   */
  announce(): Promise<void>;
  /** Adds to what the program says about itself from now on. Throws `invalid_argument` when the client has no `service`. */
  describe(description: ServiceDescription): void;
  /**
   * Calls the handler when all services are asked to restart, after the delay that goes with it; never when the client is
   * closed before. The handler may close the client.
   *
   * @throws ProtocolError `invalid_argument` when the protocol has no such request
   */
  onRestart(handler: RestartHandler): Registration;
  /**
   * Starts to follow who is on the bus, and asks who is there. Lasts until it is stopped, or the client closed.
   *
   * @throws ProtocolError `invalid_argument` when the protocol's services do not say that they are there; as `flush`
   */
  registry(options?: RegistryOptions): Promise<Registry>;
  /** How the client is, now. */
  health(): Health<Counts>;
  /** Shows all that passes to an observer, from now on. */
  observe(observer: Partial<Observer>): Registration;

  /** Calls the listener with what happens to the connection. What it throws is reported to `onError`. */
  onStatus(listener: (status: TransportStatus) => unknown): Registration;
  /**
   * Resolves when the bus has taken all that was sent, subscriptions included: from then on nothing is missed. While the
   * connection is lost it waits for it.
   *
   * @throws ProtocolError `not_connected` when it was lost for too long, `connection_failed` when it is lost meanwhile,
   * `timeout` when the server does not answer, `connection_closed`
   */
  flush(): Promise<void>;
  /** Resolves when no handler is running. */
  settled(): Promise<void>;
  /**
   * Runs until SIGINT or SIGTERM, then drains. Resolves early when this client is closed.
   *
   * @throws ProtocolError `connection_failed` when the connection is lost for good, `invalid_argument`
   */
  run(options?: RunOptions): Promise<void>;
  /**
   * Takes nothing more, lets handlers finish, and closes. A handler is not to wait for it, which would wait for itself.
   *
   * @param reason why, for those who follow who is on the bus
   */
  drain(reason?: string): Promise<void>;
  /**
   * Aborts handlers, and closes. A transport or connection that was handed in stays open.
   *
   * @param reason why, for those who follow who is on the bus
   */
  close(reason?: string): Promise<void>;
}

/** A client over any transport, which is the client's from now on, and closes with it. */
export function createClient<C extends Contract>(
  protocol: Protocol<C>,
  transport: Transport,
  options: ClientOptions<NoInfer<C>> = {},
): Client<C> {
  // Inside, nothing is known of the protocol's types: the descriptors that are the data of the one are proof of the other.
  return new ClientCore(protocol, transport, options as AnyClientOptions) as unknown as Client<C>;
}
