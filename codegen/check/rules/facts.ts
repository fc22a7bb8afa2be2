/** What the runtime says of a service by itself: the holes it fills, and values that may stand in them. */
import type { Role, Roles } from "../../../runtime/protocol/role.js";

type Facts = Readonly<Record<string, unknown>>;

const always = {
  service: "service",
  version: "1.0.0",
  hostname: "host",
  instance: "00000000-0000-4000-8000-000000000000",
  contract: "0123456789abcdef",
  timestamp: "2000-01-01T00:00:00.000Z",
  uptime: 1.5,
};

const sometimes = {
  interval: 30,
  endpoints: { health: { port: 8080, path: "/health" }, metrics: { port: 8080, path: "/metrics" } },
  metadata: {},
};

const target = "NATS";
const reason = "reason";
const { timestamp } = always;
const source = "source";

/** The holes that are filled in each template. */
export const factsOf: Readonly<Record<Exclude<keyof Roles, "messages">, readonly string[]>> = {
  report: [...Object.keys({ ...always, ...sometimes }), "target", "reason"],
  restart: ["source", "reason", "delay", "timestamp"],
  poll: ["source", "timestamp"],
};

const inRole: Readonly<Record<Role, Facts>> = {
  startup: always,
  heartbeat: always,
  shutdown: { ...always, reason },
  connected: { ...always, target },
  disconnected: { ...always, target, reason },
  restart: { source, reason, delay: 1.5, timestamp },
  poll: { source, timestamp },
};

/** Facts as a role may have to tell them: as few as there can be, and all there can be. */
export function factsIn(role: Role): readonly Facts[] {
  return [inRole[role], { ...sometimes, ...inRole[role] }];
}
