/** Sending a command, as interceptors let it. */

import type { Address } from "../protocol/address.js";
import { located } from "../protocol/located.js";
import type { CommandDescriptor } from "../protocol/message.js";
import type { CallExchange } from "../session/exchange.js";
import { intercept } from "../session/interceptor.js";
import type { Session } from "../session/session.js";
import { Call, type CallOptions } from "./call.js";

/** Sends a command, and gives its result. */
export type Sender = (args?: unknown, options?: CallOptions) => Promise<unknown>;

/** Prepares a command of one channel. What an interceptor throws that is no ProtocolError becomes a `handler_failed`. */
export function senderOf(session: Session, descriptor: CommandDescriptor, address: Address): Sender {
  const { interceptors } = session;
  const call = new Call(session, descriptor, address);
  const { subject } = call;
  const { ref } = descriptor;
  if (interceptors.length === 0) return (args, options) => call.send(args, options);
  return async (args = {}, options = {}) => {
    const { id = crypto.randomUUID(), signal } = options;
    const headers = { ...options.headers };
    const exchange: CallExchange = {
      kind: "call",
      ref,
      descriptor,
      subject,
      address,
      value: args,
      id,
      headers,
      signal,
    };
    try {
      return await intercept(interceptors, exchange, () => call.send(args, { ...options, id, headers }));
    } catch (reason) {
      throw located(reason, { subject, ref, trace: exchange.trace }, "handler_failed");
    }
  };
}
