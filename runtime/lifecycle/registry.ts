/** Who is on the bus: a view that is kept up to date by what services say about themselves. */

import { checkLimit } from "../amount.js";
import { ProtocolError, thrownText } from "../error.js";
import type { Role } from "../protocol/role.js";
import type { Registration } from "../registration.js";
import type { Session } from "../session/session.js";
import type { Lifecycle, ReceivedLifecycle } from "./lifecycle.js";
import { instanceKey, reportOf, type ServiceInstance, type ServiceReport } from "./service-instance.js";

/** How long silence may last. */
export interface RegistryOptions {
  /** How often a service is expected to say that it is alive, when it does not say how often, in ms. Default: 30,000. */
  readonly heartbeatInterval?: number | undefined;
  /** After how long a silence a service is forgotten, in ms. Default: 10 minutes. */
  readonly forgetAfter?: number | undefined;
}

/** What happened to an instance, and what is known of it since. */
export interface RegistryChange {
  /**
   * - `appeared`: it was heard of for the first time
   * - `stale`: three of its heartbeats are missing
   * - `recovered`: it was stale, and was heard of again
   * - `stopped`: it said that it stops
   * - `forgotten`: it was silent for too long
   */
  readonly kind: "appeared" | "stale" | "recovered" | "stopped" | "forgotten";
  readonly instance: ServiceInstance;
}

/** Called for each change. What it throws is reported, and nothing else happens. */
export type RegistryListener = (change: RegistryChange) => void;

const missedHeartbeats = 3;
// A bus on which somebody makes up names does not fill the memory.
const mostInstances = 1_000;

interface Known {
  readonly instance: ServiceInstance;
  /** In ms of `performance.now()`. */
  readonly heardAt: number;
  readonly interval: number;
}

/** The services on a bus, until it is stopped. */
export class Registry implements Registration {
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  readonly #heartbeatInterval: number;
  readonly #forgetAfter: number;
  /** In the order in which they were last heard of. */
  readonly #known = new Map<string, Known>();
  readonly #listeners = new Set<RegistryListener>();
  readonly #registrations: readonly Registration[];
  readonly #end = () => this.stop();
  #timer: NodeJS.Timeout | undefined;
  /** In ms of `performance.now()`. */
  #nextLook = Number.POSITIVE_INFINITY;

  /** @throws ProtocolError `invalid_argument` when services say nothing of themselves, or for a time of no length */
  constructor(session: Session, lifecycle: Lifecycle, options: RegistryOptions) {
    const { heartbeatInterval = 30_000, forgetAfter = 600_000 } = options;
    checkLimit("heartbeatInterval", heartbeatInterval);
    checkLimit("forgetAfter", forgetAfter);
    this.#session = session;
    this.#lifecycle = lifecycle;
    this.#heartbeatInterval = heartbeatInterval;
    this.#forgetAfter = forgetAfter;
    this.#registrations = [
      ...this.#listen("startup", (report) => this.#hear(report)),
      ...this.#listen("heartbeat", (report) => this.#hear(report)),
      ...this.#listen("shutdown", (report) => this.#remove(instanceKey(report), "stopped")),
    ];
    if (this.#registrations.length === 0) {
      const { name } = session.wire.protocol;
      throw new ProtocolError("invalid_argument", `services of ${name} do not say that they are there`);
    }
    session.endings.add(this.#end);
  }

  /** Asks who is there, once the bus has taken the subscriptions. The answers come in from then on. */
  async ask(): Promise<void> {
    const { wire, outbox, source } = this.#session;
    await outbox.flush();
    const { messages, poll } = wire.roles;
    if (messages.poll === undefined) return;
    const payload = wire.template(poll).write({ source, timestamp: new Date().toISOString() });
    this.#lifecycle.publish(messages.poll, payload, {});
  }

  /** All instances of all services, or of one. */
  instances(service?: string): readonly ServiceInstance[] {
    const all = [...this.#known.values()].map(({ instance }) => instance);
    return service === undefined ? all : all.filter((instance) => instance.service === service);
  }

  /** Whether an instance of the service is alive. */
  isAlive(service: string): boolean {
    return this.instances(service).some(({ status }) => status === "alive");
  }

  /** Calls the listener for each change from now on. */
  onChange(listener: RegistryListener): Registration {
    this.#listeners.add(listener);
    return { stop: () => this.#listeners.delete(listener) };
  }

  stop(): void {
    this.#session.endings.delete(this.#end);
    for (const registration of this.#registrations) registration.stop();
    clearTimeout(this.#timer);
    // A listener may be told just now, and there is no next look after that.
    this.#nextLook = Number.NEGATIVE_INFINITY;
    this.#listeners.clear();
  }

  #listen(role: Role, take: (report: ServiceReport) => void): readonly Registration[] {
    const { wire } = this.#session;
    const kind = wire.roles.messages[role];
    if (kind === undefined) return [];
    const template = wire.template(wire.roles.report);
    const read = ({ payload, service = "" }: ReceivedLifecycle) => {
      const reading = template.read(payload);
      take(reportOf(reading.matched ? reading.values : {}, service));
    };
    return [this.#lifecycle.on(kind, read, {})];
  }

  #hear({ interval = this.#heartbeatInterval, ...report }: ServiceReport): void {
    const key = instanceKey(report);
    const before = this.#known.get(key)?.instance;
    const now = new Date();
    const instance = { ...report, status: "alive", firstHeard: before?.firstHeard ?? now, lastHeard: now } as const;
    const known = { instance, heardAt: performance.now(), interval };
    this.#known.delete(key);
    this.#known.set(key, known);
    this.#lookAt(this.#dueOf(known));
    if (before === undefined) this.#tell({ kind: "appeared", instance });
    else if (before.status === "stale") this.#tell({ kind: "recovered", instance });
    const [eldest] = this.#known.keys();
    if (this.#known.size > mostInstances && eldest !== undefined) this.#remove(eldest, "forgotten");
  }

  #remove(key: string, kind: "stopped" | "forgotten"): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#known.delete(key);
    this.#tell({ kind, instance: known.instance });
  }

  /** Looks again at a time, unless that is to happen sooner. */
  #lookAt(due: number): void {
    if (due >= this.#nextLook) return;
    clearTimeout(this.#timer);
    this.#nextLook = due;
    this.#timer = setTimeout(() => this.#age(), Math.max(1, due - performance.now())).unref();
  }

  #age(): void {
    const now = performance.now();
    this.#nextLook = Number.POSITIVE_INFINITY;
    for (const [key, known] of this.#known) {
      if (now >= known.heardAt + this.#forgetAfter) this.#remove(key, "forgotten");
      else if (now >= this.#dueOf(known)) this.#markStale(key, known);
    }
    for (const known of this.#known.values()) this.#lookAt(this.#dueOf(known));
  }

  #markStale(key: string, known: Known): void {
    const instance = { ...known.instance, status: "stale" } as const;
    this.#known.set(key, { ...known, instance });
    this.#tell({ kind: "stale", instance });
  }

  #dueOf({ instance, heardAt, interval }: Known): number {
    const forgotten = heardAt + this.#forgetAfter;
    return instance.status === "stale" ? forgotten : Math.min(forgotten, heardAt + missedHeartbeats * interval);
  }

  #tell(change: RegistryChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (cause) {
        const reason = `a listener of the registry threw: ${thrownText(cause)}`;
        this.#session.reporter.error(new ProtocolError("handler_failed", reason, { cause }));
      }
    }
  }
}
