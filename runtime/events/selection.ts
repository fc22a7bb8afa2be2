/** Which events somebody listens for. */
import type { EventDescriptor } from "../protocol/message.js";
import type { Wire } from "../protocol/wire.js";

/** An event, by its name or its descriptor; or `*`, for all that the protocol knows. */
export type AnySelector = string | EventDescriptor;

/** The events that are meant, and what they are called together. */
export interface Selection {
  readonly events: readonly EventDescriptor[];
  readonly ref: string;
}

/** @throws ProtocolError `invalid_argument` when the protocol has no such event */
export function selectionOf(wire: Wire, selector: AnySelector): Selection {
  const { events, name } = wire.protocol;
  if (selector === "*") return { events: Object.values(events), ref: `${name}/events/*` };
  const event = wire.event(typeof selector === "string" ? selector : selector.name);
  return { events: [event], ref: event.ref };
}
