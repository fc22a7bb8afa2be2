/** The life of a client among others: what it says about itself, whom it knows of, and how it is. */
import { ProtocolError } from "../error.js";
import type { Health } from "../observe/health.js";
import type { Registration } from "../registration.js";
import type { Session } from "../session/session.js";
import type { Lifecycle } from "./lifecycle.js";
import { Presence } from "./presence.js";
import { Registry, type RegistryOptions } from "./registry.js";
import { type RestartHandler, Restarts } from "./restart.js";
import { identityOf, type ServiceDescription, type ServiceIdentity, type ServiceOptions } from "./service-identity.js";

/** What one client has to do with the life of services. */
export class ServiceLife {
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  readonly #presence: Presence | undefined;
  readonly #restarts: Restarts;
  readonly #startedAt = performance.now();
  #connected = true;
  #stopping = false;

  /** @throws ProtocolError `invalid_argument` */
  constructor(session: Session, lifecycle: Lifecycle, service: ServiceOptions | undefined) {
    this.#session = session;
    this.#lifecycle = lifecycle;
    this.#presence = service && new Presence(session, lifecycle, identityOf(service));
    this.#restarts = new Restarts(session, lifecycle);
    session.transport.onStatus(({ kind }) => this.#follow(kind));
  }

  /** Absent when the program has not said who it is. */
  get identity(): ServiceIdentity | undefined {
    return this.#presence?.identity;
  }

  async announce(): Promise<void> {
    await this.#itself.announce();
  }

  describe(description: ServiceDescription): void {
    this.#itself.describe(description);
  }

  onRestart(handler: RestartHandler): Registration {
    return this.#restarts.on(handler);
  }

  async registry(options: RegistryOptions): Promise<Registry> {
    const registry = new Registry(this.#session, this.#lifecycle, options);
    try {
      await registry.ask();
      return registry;
    } catch (reason) {
      registry.stop();
      throw reason;
    }
  }

  health<Counts>(counts: Counts): Health<Counts> {
    const { name, version, hash } = this.#session.wire.protocol;
    const { identity } = this;
    const working = this.#connected ? "healthy" : "degraded";
    return {
      status: this.#stopping ? "stopping" : working,
      connected: this.#connected,
      uptime: Math.round(performance.now() - this.#startedAt) / 1000,
      service: identity && { name: identity.name, version: identity.version, instance: identity.instance },
      protocol: { name, version, hash },
      counts,
    };
  }

  /** Takes nothing more. */
  async drain(): Promise<void> {
    this.#stopping = true;
    await this.#presence?.drain();
  }

  /** @param reason why the program stops, for people */
  close(reason: string): void {
    this.#stopping = true;
    this.#restarts.close();
    this.#presence?.close(reason);
  }

  get #itself(): Presence {
    if (this.#presence !== undefined) return this.#presence;
    const reason = "this client has not said who it is: give it a service, as in { service: { name, version } }";
    throw new ProtocolError("invalid_argument", reason);
  }

  #follow(kind: string): void {
    const { reporter } = this.#session;
    if (kind === "disconnected" && this.#connected) reporter.log("warn", "the connection is lost");
    if (kind === "reconnected" && !this.#connected) reporter.log("info", "the connection is back");
    if (kind === "disconnected" || kind === "closed") this.#connected = false;
    if (kind === "reconnected") this.#connected = true;
    if (kind === "closed") this.#stopping = true;
  }
}
