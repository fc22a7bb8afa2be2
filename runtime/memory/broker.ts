/** A bus within the process, that behaves as a NATS server does: what is tested on it runs on the real one. */

import type { Delivery, Transport } from "../transport/transport.js";
import { MemoryExchange } from "./exchange.js";
import { MemoryTransport } from "./transport.js";

/** How a broker differs from the usual one. */
export interface MemoryBrokerOptions {
  /** In bytes; as a NATS server unless said otherwise, 1 MiB. */
  readonly maximumPayload?: number;
  /** Where requests go that nobody here listens for. */
  readonly fallback?: Transport;
}

/** Several transports connect to one broker, as several programs do to one server. */
export interface MemoryBroker {
  connect(): Transport;
  /** Shows everything that is published, replies included, without being one of the listeners. Returns what ends that. */
  observe(listener: (published: Delivery) => void): () => void;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
}

/** Starts an empty broker. There is nothing to stop: it holds no timer and no socket. */
export function createMemoryBroker({ maximumPayload = 1024 * 1024, fallback }: MemoryBrokerOptions = {}): MemoryBroker {
  const exchange = new MemoryExchange();
  const parts = { exchange, stores: new Map(), streams: new Map(), maximumPayload, fallback };
  return {
    connect: () => new MemoryTransport(parts),
    observe: (listener) => exchange.observe(listener),
    idle: () => exchange.idle(),
  };
}
