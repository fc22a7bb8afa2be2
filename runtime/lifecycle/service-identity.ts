/** Who a program is, as far as it tells others. */

import { checkLimit } from "../amount.js";
import { ProtocolError } from "../error.js";
import type { Role } from "../protocol/role.js";
import { hostname } from "./hostname.js";

/** An HTTP endpoint of a program. */
export interface Endpoint {
  readonly port: number;
  /** With its leading slash. */
  readonly path: string;
}

/** What a program tells about itself beside who it is. */
export interface ServiceDescription {
  /** Where it can be watched, by what is to be seen there: `health`, `metrics`. */
  readonly endpoints?: Readonly<Record<string, Endpoint>> | undefined;
  /** Anything else. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** What a program does by itself to be known. All of it, unless it is `false`. */
export type LifecycleSwitches = Readonly<Partial<Record<Exclude<Role, "restart">, boolean>>>;

/** What a program calls itself, and what it says of itself. */
export interface ServiceOptions extends Omit<ServiceDescription, "endpoints"> {
  readonly name: string;
  /**
   * Where it says that it can be watched, by what is to be seen there; wins over what `describe` says. Default of a path:
   * `/` and the name. Without a port, there is no such endpoint.
   */
  readonly endpoints?: ChosenEndpoints | undefined;
  /** Default: `0.0.0`. */
  readonly version?: string | undefined;
  /** Tells it from others of the same name. Default: a new UUID. */
  readonly instance?: string | undefined;
  /** Default: that of the machine. */
  readonly hostname?: string | undefined;
  /** How often it says that it is alive, in ms. Default: 30,000. */
  readonly heartbeatInterval?: number | undefined;
  /** Whether `connect` announces it. Default: `true`; otherwise the program calls `announce` when it is ready. */
  readonly announce?: boolean | undefined;
  /** What it does not say: `{ heartbeat: false }`. `false`: nothing at all. */
  readonly lifecycle?: LifecycleSwitches | false | undefined;
}

/** Endpoints of which others may know the rest. */
export type ChosenEndpoints = Readonly<Record<string, Partial<Endpoint>>>;

/** The same, with defaults filled in. */
export interface ServiceIdentity extends Pick<ServiceOptions, "endpoints" | "metadata"> {
  readonly name: string;
  readonly version: string;
  readonly instance: string;
  readonly hostname: string;
  readonly heartbeatInterval: number;
  readonly lifecycle: LifecycleSwitches | false;
}

/** @throws ProtocolError `invalid_argument` for an interval that no timer can wait for, and without a name */
export function identityOf(options: ServiceOptions): ServiceIdentity {
  const { version = "0.0.0", instance = crypto.randomUUID(), heartbeatInterval = 30_000, lifecycle = {} } = options;
  checkLimit("heartbeatInterval", heartbeatInterval);
  const { name, endpoints, metadata } = options;
  if (typeof name !== "string" || name === "") {
    throw new ProtocolError("invalid_argument", "a service needs a name, as in { service: { name, version } }");
  }
  const machine = options.hostname ?? hostname();
  return { name, version, instance, hostname: machine, heartbeatInterval, lifecycle, endpoints, metadata };
}

/** Where a program says that it can be watched: where it chose to, and otherwise where its parts are. */
export function endpointsTold(
  chosen: ChosenEndpoints = {},
  described: ServiceDescription["endpoints"] = {},
): ServiceDescription["endpoints"] {
  const told = Object.keys({ ...described, ...chosen }).flatMap((name) => {
    const { port, path = `/${name}` }: Partial<Endpoint> = { ...described[name], ...chosen[name] };
    return port === undefined ? [] : [[name, { port, path }] as const];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}
