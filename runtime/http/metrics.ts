/** What passes through a client, as metrics. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { ServiceDescription } from "../lifecycle/service-identity.js";
import type { Health } from "../observe/health.js";
import type { Observer } from "../observe/observer.js";
import { type Registration, together } from "../registration.js";
import type { TransportStatus } from "../transport/transport.js";

/** As much of a client as watching it takes. Every client is one. */
export interface WatchableClient {
  readonly protocol: { readonly name: string };
  health(): Health;
  describe(description: ServiceDescription): void;
  observe(observer: Partial<Observer>): Registration;
  onStatus(listener: (status: TransportStatus) => void): Registration;
}

// From a handler that only counts to one that is about to be given up, in s.
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Keeps metrics of a client up to date. Messages are labelled with their references.
 *
 * @param registry holds the metrics from now on
 * @param prefix of their names
 */
export function watchClient(client: WatchableClient, registry: Registry, prefix: string): Registration {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `${prefix}${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name: `${prefix}${name}`, help, labelNames: ["message", "outcome"], buckets, registers });

  const received = counter("events_received_total", "Events that went to handlers.", "message");
  const published = counter("events_published_total", "Events that were sent.", "message");
  const invalid = counter("invalid_messages_total", "Messages that were refused.", "message", "code");
  const errors = counter("errors_total", "All else that went wrong.", "message", "code");
  const dropped = counter("dropped_messages_total", "Messages given up because too many waited.", "message");
  const handlers = histogram("handler_duration_seconds", "How long handlers of events took, and how they ended.");
  const served = histogram("command_duration_seconds", "How long handlers of commands took, and how they ended.");
  const requests = histogram("request_duration_seconds", "How long own requests took, and how they ended.");
  const reconnections = counter("reconnections_total", "How often the connection was lost and came back.");
  watchHealth(client, registry, prefix);

  return together([
    client.observe({
      received: (message) => received.inc({ message }),
      published: (message) => published.inc({ message }),
      handled: (message, outcome, duration) => handlers.observe({ message, outcome }, duration / 1000),
      served: (message, outcome, duration) => served.observe({ message, outcome }, duration / 1000),
      requested: (message, outcome, duration) => requests.observe({ message, outcome }, duration / 1000),
      refused: ({ ref = "unknown", code }) => invalid.inc({ message: ref, code }),
      failed: ({ ref = "unknown", code }) => errors.inc({ message: ref, code }),
      dropped: (message) => dropped.inc({ message }),
    }),
    client.onStatus(({ kind }) => kind === "reconnected" && reconnections.inc()),
  ]);
}

/** Metrics that are looked up when somebody asks for them. */
function watchHealth(client: WatchableClient, registry: Registry, prefix: string): void {
  const gauge = (name: string, help: string, read: (health: Health) => number) =>
    new Gauge({
      name: `${prefix}${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read(client.health()));
      },
    });
  gauge("connected", "1 while there is a connection, otherwise 0.", ({ connected }) => Number(connected));
  gauge("healthy", "1 while the client can do its work, otherwise 0.", ({ status }) => Number(status === "healthy"));
  gauge("uptime_seconds", "Time since the client was made.", ({ uptime }) => uptime);

  const { service, protocol } = client.health();
  const identity = {
    service: service?.name ?? "",
    version: service?.version ?? "",
    instance_id: service?.instance ?? "",
    contract: protocol.hash,
  };
  const info = new Gauge({
    name: `${prefix}info`,
    help: "Always 1: who the client is, and what it speaks.",
    labelNames: Object.keys(identity),
    registers: [registry],
  });
  info.set(identity, 1);
}
