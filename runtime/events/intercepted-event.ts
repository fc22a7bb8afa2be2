/** Events that interceptors stand around. */

import type { DeliverExchange, Traced } from "../session/exchange.js";
import { checkHandler } from "../session/handler-run.js";
import { inContext, intercept, type Next } from "../session/interceptor.js";
import type { Session } from "../session/session.js";
import type { AnyEvent } from "./event.js";

/** An event on its way to a handler. */
export interface Handling {
  readonly event: AnyEvent;
  readonly context: Traced;
  /** Calls the handler. */
  readonly act: Next;
}

/** Lets interceptors have an event on its way to a handler. */
export function interceptEvent({ interceptors, wire }: Session, { event, context, act }: Handling): unknown {
  const { name, payload: value, address, id, subject, headers = {} } = event;
  const { events } = wire.protocol;
  const descriptor = Object.hasOwn(events, name) ? events[name] : undefined;
  const ref = descriptor?.ref ?? `${wire.protocol.name}/events/${name}`;
  const exchange: DeliverExchange = inContext(context, {
    kind: "deliver",
    ref,
    descriptor,
    subject,
    address,
    value,
    id,
    headers,
  });
  return intercept(interceptors, exchange, act);
}

/** A handler, as interceptors let it be called. */
export function interceptedHandler<Context extends Traced>(
  session: Session,
  handler: (event: AnyEvent, context: Context) => unknown,
): (event: AnyEvent, context: Context) => unknown {
  checkHandler(handler);
  if (session.interceptors.length === 0) return handler;
  return (event, context) => interceptEvent(session, { event, context, act: () => handler(event, context) });
}
