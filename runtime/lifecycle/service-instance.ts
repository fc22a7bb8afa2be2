/** A program on the bus, as it says of itself. */

import { isRecord } from "../value/validate.js";
import type { Endpoint } from "./service-identity.js";

/** One running instance of a service. What it does not say is `undefined`. */
export interface ServiceInstance {
  readonly service: string;
  readonly instance: string | undefined;
  readonly version: string | undefined;
  readonly hostname: string | undefined;
  /** The hash of the protocol it speaks. */
  readonly contract: string | undefined;
  /** `stale`: three heartbeats are missing. */
  readonly status: "alive" | "stale";
  /** When it started, by its own clock. */
  readonly startedAt: Date | undefined;
  /** When it was first and last heard of, by the clock of this machine. */
  readonly firstHeard: Date;
  readonly lastHeard: Date;
  /** Where it can be watched. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** What else it says about itself. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What one message says of its sender. */
export type ServiceReport = Omit<ServiceInstance, "status" | "firstHeard" | "lastHeard"> & {
  /** How often it says that it is alive, in ms. */
  readonly interval: number | undefined;
};

/** What is known of the sender of a report: the values in its holes, and the service's name as the subject has it. */
export function reportOf(values: Readonly<Record<string, unknown>>, service: string): ServiceReport {
  const { endpoints, metadata } = values;
  const seconds = numberIn(values, "interval");
  return {
    service: textIn(values, "service") ?? service,
    instance: textIn(values, "instance"),
    version: textIn(values, "version"),
    hostname: textIn(values, "hostname"),
    contract: textIn(values, "contract"),
    startedAt: startOf(textIn(values, "timestamp"), numberIn(values, "uptime")),
    interval: seconds === undefined || seconds <= 0 ? undefined : seconds * 1000,
    endpoints: endpointsIn(endpoints),
    metadata: isRecord(metadata) ? metadata : {},
  };
}

/** What tells instances apart. Those that have no id are told apart by the machine they run on. */
export function instanceKey({ service, instance, hostname = "" }: Omit<ServiceReport, "interval">): string {
  return JSON.stringify(instance === undefined ? [service, "", hostname] : [service, instance]);
}

function startOf(timestamp: string | undefined, uptime: number | undefined): Date | undefined {
  if (timestamp === undefined || uptime === undefined) return undefined;
  const started = Date.parse(timestamp) - uptime * 1000;
  return Number.isNaN(started) ? undefined : new Date(started);
}

function endpointsIn(value: unknown): Readonly<Record<string, Endpoint>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, endpoint]) => (isEndpoint(endpoint) ? [[name, endpoint] as const] : [])),
  );
}

function isEndpoint(value: unknown): value is Endpoint {
  return isRecord(value) && typeof value["port"] === "number" && typeof value["path"] === "string";
}

function textIn(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function numberIn(values: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = values[name];
  return typeof value === "number" && value >= 0 ? value : undefined;
}
