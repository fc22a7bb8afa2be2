/** The handler of a request that interceptors stand around. */

import type { CommandDescriptor } from "../protocol/message.js";
import type { ServeExchange } from "../session/exchange.js";
import { type Interceptor, inContext, intercept } from "../session/interceptor.js";
import type { AnyCommandHandler } from "./command-run.js";

/** The handler, as interceptors let it be called. */
export function interceptedHandler(
  interceptors: readonly Interceptor[],
  descriptor: CommandDescriptor,
  handler: AnyCommandHandler,
): AnyCommandHandler {
  if (interceptors.length === 0) return handler;
  return (value, context) => {
    const { subject, address, id, headers } = context;
    const { ref } = descriptor;
    const exchange: ServeExchange = inContext(context, {
      kind: "serve",
      ref,
      descriptor,
      subject,
      address,
      value,
      id,
      headers,
    });
    return intercept(interceptors, exchange, () => handler(value, context));
  };
}
