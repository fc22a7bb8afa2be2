/** A world for one client: its bus, its services, and what happened. */
import { type Client, type ClientOptions, createClient } from "../client/client.js";
import type { AnyHandlers, Service } from "../commands/serve.js";
import type { ProtocolError } from "../error.js";
import { createMemoryBroker, type MemoryBroker } from "../memory/broker.js";
import type { ErrorListener } from "../observe/report.js";
import type { ChannelOf, EventPayload, EventReference, ServiceName } from "../protocol/contract.js";
import type { Contract, Payload, Protocol } from "../protocol/message.js";
import { Wire } from "../protocol/wire.js";
import type { PaceOptions } from "../session/pace.js";
import { complete, type Incomplete } from "./complete.js";
import { type RecordedCommand, Recorder } from "./recorder.js";
import { sampleHandlers } from "./simulate.js";

/**
 * How the client under test is started, and what the world around it is made of. Commands keep no pace, unless `pace` says
 * so: tests are not to wait.
 */
export interface TestBedOptions<C extends Contract = Contract> extends ClientOptions<C> {
  /** What stands for a message that the test leaves out, by reference. Default: the smallest valid value. */
  readonly sample?: (ref: string) => unknown;
}

/** A client under test, and the world around it: every service answers every command, with a sample of its result. */
export interface TestBed<C extends Contract> {
  readonly client: Client<C>;
  /** What was reported, to whichever client. */
  readonly errors: readonly ProtocolError[];
  /** Messages that were refused, by whichever client. */
  readonly invalid: readonly ProtocolError[];
  /** Another client on the same bus. */
  connect(options?: ClientOptions<C>): Client<C>;
  /** Sends an event, with what is left out filled in, and resolves when everybody has dealt with it. */
  emit<Event extends EventReference<C>>(event: Event, ...what: EmitArguments<C, EventPayload<C, Event>>): Promise<void>;
  /** The commands that were sent so far, to one service or to all. */
  commands(service?: ServiceName<C>): readonly RecordedCommand[];
  /** Answers some commands of a service as the test says, the others with samples. */
  serve<Name extends ServiceName<C>>(service: Name, handlers: Partial<C["handlers"][Name]>): Promise<void>;
  /** Nobody answers for the service any more, unless a client does. */
  remove(service: ServiceName<C>): void;
  /** Resolves when nothing is on its way, and no handler is running. */
  settled(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

/** Where an event happens, unless the protocol has no address; and its payload. */
export type EmitArguments<C extends Contract, Payload> = keyof C["address"] extends never
  ? [payload?: Incomplete<Payload>]
  : [channel: ChannelOf<C>, payload?: Incomplete<Payload>];

/**
 * Starts a client on a bus within the process.
 *
 * @throws ProtocolError `invalid_argument` as `connect` does
 */
export async function createTestBed<C extends Contract>(
  protocol: Protocol<C>,
  options: TestBedOptions<C> = {},
): Promise<TestBed<C>> {
  const bed = new Bed(protocol, options);
  await bed.start();
  return bed;
}

// What the client under test is made of is nothing to the world around it.
const world = { channels: undefined, service: { name: "test-bed" }, interceptors: undefined };

class Bed<C extends Contract> implements TestBed<C> {
  readonly client: Client<C>;
  readonly errors: ProtocolError[] = [];
  readonly invalid: ProtocolError[] = [];
  readonly #options: TestBedOptions<C>;
  readonly #protocol: Protocol<C>;
  readonly #recorder: Recorder;
  /** Where the services are that nobody on the client's own bus stands in for. */
  readonly #world = createMemoryBroker();
  readonly #bus: MemoryBroker = createMemoryBroker({ fallback: this.#world.connect() });
  readonly #clients: Client<C>[] = [];
  readonly #services = new Map<string, Service>();
  readonly #answering: Client<C>;
  readonly #emitting: Client<C>;
  /** Messages published so far. */
  #published = 0;

  constructor(protocol: Protocol<C>, options: TestBedOptions<C>) {
    this.#protocol = protocol;
    this.#options = options;
    this.#recorder = new Recorder(new Wire(protocol, options.dialect));
    this.client = this.connect();
    this.#emitting = this.connect(world);
    this.#answering = this.#connect(this.#world, world);
    this.#bus.observe((published) => {
      this.#published += 1;
      this.#recorder.record(published);
    });
  }

  async start(): Promise<void> {
    for (const service of Object.keys(this.#protocol.services)) await this.#serve(service, {});
  }

  connect(options: ClientOptions<C> = {}): Client<C> {
    return this.#connect(this.#bus, options);
  }

  async emit<Event extends EventReference<C>>(
    event: Event,
    ...what: EmitArguments<C, EventPayload<C, Event>>
  ): Promise<void> {
    const { wire } = this.#recorder;
    const [channel, given] = this.#protocol.address.length === 0 ? [undefined, what[0]] : what;
    const { payload, ref } = wire.event(typeof event === "string" ? event : event.name);
    const target = channel === undefined ? this.#emitting : this.#emitting.channel(channel as ChannelOf<C>);
    target.publish(event, this.#complete(payload, ref, given) as EventPayload<C, Event>);
    await this.settled();
  }

  commands(service?: ServiceName<C>): readonly RecordedCommand[] {
    return this.#recorder.commands.filter((command) => service === undefined || command.service === service);
  }

  async serve<Name extends ServiceName<C>>(service: Name, handlers: Partial<C["handlers"][Name]>): Promise<void> {
    await this.#serve(service, handlers as Partial<AnyHandlers>);
  }

  remove(service: ServiceName<C>): void {
    this.#services.get(service)?.stop();
    this.#services.delete(service);
  }

  async settled(): Promise<void> {
    for (let before = -1; before !== this.#published; ) {
      before = this.#published;
      await this.#bus.idle();
      await this.#world.idle();
      await Promise.all(this.#clients.map((client) => client.settled()));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #connect(broker: MemoryBroker, options: ClientOptions<C>): Client<C> {
    const client = createClient(this.#protocol, broker.connect(), {
      ...this.#options,
      ...options,
      pace: { ...unpaced(this.#protocol), ...this.#options.pace, ...options.pace },
      onError: (error) => this.#report(this.errors, error, options.onError ?? this.#options.onError),
      onInvalid: (error) => this.#report(this.invalid, error, options.onInvalid ?? this.#options.onInvalid),
    });
    this.#clients.push(client);
    return client;
  }

  async #serve(name: string, handlers: Partial<AnyHandlers>): Promise<void> {
    this.remove(name as ServiceName<C>);
    const all = sampleHandlers(this.#recorder.wire.service(name), handlers, this.#options.sample);
    const typed = all as C["handlers"][ServiceName<C>];
    this.#services.set(name, await this.#answering.serve(name as ServiceName<C>, typed, { channels: "any" }));
  }

  #complete(payload: Payload<unknown>, ref: string, given?: unknown): unknown {
    return complete(payload.shape(), given ?? this.#options.sample?.(ref));
  }

  #report(list: ProtocolError[], error: ProtocolError, listener: ErrorListener | undefined): unknown {
    list.push(error);
    const { logger = console } = this.#options;
    return listener === undefined ? logger.error(error.message) : listener(error);
  }
}

function unpaced({ paces = {} }: Protocol): PaceOptions {
  return Object.fromEntries(Object.keys(paces).map((name) => [name, { delay: 0, jitter: 0 }]));
}
