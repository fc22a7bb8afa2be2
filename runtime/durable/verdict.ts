/** What a handler of durable events says of an event by how it ends. */
import { ProtocolError } from "../error.js";
import { isRecord } from "../value/validate.js";

/**
 * What a handler throws to get the event again: `throw later(60_000, "the database is down")`. That is no
 * failure: it is not reported, and may be as often as need be. This program keeps the event meanwhile; when it ends, others get it.
 *
 * @param delay in ms
 */
export function later(delay: number, reason = "the handler asks for the event again"): ProtocolError {
  return new ProtocolError("postponed", reason, { details: { delay } });
}

/**
 * What a handler throws to give an event up: `throw hopeless("the user is gone")`. The event becomes a dead letter with that
 * reason, and is not reported.
 */
export function hopeless(reason: string): ProtocolError {
  return new ProtocolError("hopeless", reason);
}

/** The delay that a handler asked for, in ms. */
export function delayOf({ code, details }: ProtocolError): number | undefined {
  const delay = code === "postponed" && isRecord(details) ? details["delay"] : undefined;
  return typeof delay === "number" && delay >= 0 ? delay : undefined;
}
