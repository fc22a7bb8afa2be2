/** What lifecycle messages are for, where the runtime sends and reads them by itself. */
import type { Template } from "./template.js";

/** What a lifecycle message is for, where the runtime sends or reads it by itself. */
export type Role = "startup" | "heartbeat" | "shutdown" | "connected" | "disconnected" | "restart" | "poll";

/** Which lifecycle messages play which role, and how the runtime's facts stand in their payloads. */
export interface Roles {
  /** Names of lifecycle messages. What there is no message for is not said. */
  readonly messages: Readonly<Partial<Record<Role, string>>>;
  /**
   * The payload of what a service says about itself: of every role but the last two. Holes: `service version hostname
   * instance contract timestamp uptime interval endpoints metadata`, and where there is one `target reason`. Times are in s.
   */
  readonly report: Template;
  /** The payload of `restart`, which asks all services to restart. Holes: `source reason delay timestamp`. */
  readonly restart: Template;
  /** The payload of `poll`, which asks all services to say that they are there. Holes: `source timestamp`. */
  readonly poll: Template;
}
