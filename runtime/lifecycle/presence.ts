/** What a program says about itself while it runs, so that others know that it is there. */

import { located } from "../protocol/located.js";
import type { Role, Roles } from "../protocol/role.js";
import type { Session } from "../session/session.js";
import type { Delivery, Subscription, TransportStatus } from "../transport/transport.js";
import type { Lifecycle } from "./lifecycle.js";
import { endpointsTold, type ServiceDescription, type ServiceIdentity } from "./service-identity.js";

/** What stands in the holes of a report. */
type Facts = Readonly<Record<string, unknown>>;

/** In ms. Nobody is to wait long for a sign of life. */
const firstHeartbeat = 1_000;
/** What is reached and left. */
const target = "NATS";

/** The presence of one program on a bus: from its announcement to its shutdown. */
export class Presence {
  readonly identity: ServiceIdentity;
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  readonly #roles: Roles;
  readonly #startedAt = performance.now();
  #description: ServiceDescription;
  #state: "silent" | "listening" | "announced" | "gone" = "silent";
  /** When the connection was lost, while it is. */
  #lostAt: string | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #polls: Subscription | undefined;
  #unwatch: () => void = () => undefined;

  constructor(session: Session, lifecycle: Lifecycle, identity: ServiceIdentity) {
    this.identity = identity;
    this.#session = session;
    this.#lifecycle = lifecycle;
    this.#roles = session.wire.roles;
    this.#description = { metadata: identity.metadata };
  }

  /** Adds to what is said from now on. */
  describe({ endpoints, metadata }: ServiceDescription): void {
    this.#description = {
      endpoints: { ...this.#description.endpoints, ...endpoints },
      metadata: { ...this.#description.metadata, ...metadata },
    };
  }

  /**
   * Says that the program has started, once the bus has taken all its subscriptions. From the first time on it says that it
   * is alive, until it is closed.
   *
   * @throws ProtocolError `invalid_message`, `invalid_argument` or `invalid_subject` when what it is to say cannot be said; as
   * `flush` of the outbox
   */
  async announce(): Promise<void> {
    if (this.#state === "silent") this.#listen();
    await this.#session.outbox.flush();
    if (this.#plays("startup")) this.#send("startup");
    if (this.#state !== "listening") return;
    this.#state = "announced";
    if (this.#plays("connected")) this.#send("connected", { target });
    if (this.#plays("heartbeat")) this.#beatAfter(Math.min(firstHeartbeat, this.identity.heartbeatInterval));
  }

  /** Answers no more. */
  async drain(): Promise<void> {
    await this.#polls?.drain();
    this.#polls = undefined;
  }

  /** Says that the program stops, if it ever said that it started. */
  close(reason: string): void {
    const wasAnnounced = this.#state === "announced";
    this.#stop();
    if (wasAnnounced && this.#lostAt === undefined && this.#plays("shutdown")) this.#trySend("shutdown", { reason });
  }

  #listen(): void {
    this.#state = "listening";
    const { wire, transport } = this.#session;
    this.#unwatch = transport.onStatus((status) => this.#follow(status));
    const { poll } = this.#roles.messages;
    if (poll === undefined || !this.#plays("poll")) return;
    const subject = wire.lifecycleSubject(wire.lifecycle(poll)).wildcard({ kind: poll });
    this.#polls = transport.subscribe(subject, (delivery) => this.#answer(delivery));
  }

  #stop(): void {
    this.#state = "gone";
    clearTimeout(this.#heartbeat);
    this.#polls?.unsubscribe();
    this.#unwatch();
  }

  /** Nothing can be said while the connection is lost, so it is said afterwards. */
  #follow({ kind }: TransportStatus): void {
    if (kind === "closed") this.#stop();
    if (kind === "disconnected") this.#lostAt ??= new Date().toISOString();
    if (kind !== "reconnected" || this.#lostAt === undefined) return;
    const loss = { target, reason: "connection lost", timestamp: this.#lostAt };
    this.#lostAt = undefined;
    if (this.#plays("disconnected")) this.#trySend("disconnected", loss);
    if (this.#plays("connected")) this.#trySend("connected", { target });
  }

  #beatAfter(delay: number): void {
    this.#heartbeat = setTimeout(() => {
      if (this.#lostAt === undefined) this.#trySend("heartbeat");
      this.#beatAfter(this.identity.heartbeatInterval);
    }, delay).unref();
  }

  /** Everybody hears that the program is there, and one who waits for a reply gets it as that too. */
  #answer({ respond }: Delivery): void {
    this.#try(() => {
      const sent = this.#send("startup");
      if (sent !== undefined) respond?.(sent);
    });
  }

  #plays(role: Exclude<Role, "restart">): boolean {
    const { lifecycle } = this.identity;
    return lifecycle !== false && lifecycle[role] !== false;
  }

  #trySend(role: Role, facts?: Facts): void {
    this.#try(() => this.#send(role, facts));
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (reason) {
      this.#session.reporter.error(located(reason, {}));
    }
  }

  #send(role: Role, facts: Facts = {}): Uint8Array | undefined {
    const { messages, report } = this.#roles;
    const kind = messages[role];
    if (kind === undefined) return undefined;
    const payload = this.#session.wire.template(report).write({ ...this.#facts(), ...facts });
    return this.#lifecycle.publish(kind, payload, { service: this.identity.name });
  }

  #facts(): Facts {
    const { name, version, instance, hostname, heartbeatInterval, endpoints } = this.identity;
    return {
      service: name,
      version,
      hostname,
      instance,
      contract: this.#session.wire.protocol.hash,
      timestamp: new Date().toISOString(),
      uptime: Math.round(performance.now() - this.#startedAt) / 1000,
      interval: this.#plays("heartbeat") ? heartbeatInterval / 1000 : undefined,
      endpoints: endpointsTold(endpoints, this.#description.endpoints),
      metadata: this.#description.metadata,
    };
  }
}
