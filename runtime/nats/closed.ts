/** Learning that a connection is closed. What waits for a promise is kept by it, and a connection may outlive many clients. */
import type { NatsConnection } from "nats";

/** Told why, when it was not this program that closed it. */
type Listener = (reason: Error | undefined) => void;

const waiting = new WeakMap<NatsConnection, Set<Listener>>();

/** Calls the listener when the connection is closed; returns what ends that. */
export function onClosed(connection: NatsConnection, listener: Listener): () => void {
  const listeners = waiting.get(connection) ?? follow(connection);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function follow(connection: NatsConnection): Set<Listener> {
  const listeners = new Set<Listener>();
  waiting.set(connection, listeners);
  connection.closed().then((reason) => {
    waiting.delete(connection);
    for (const listener of listeners) listener(reason ?? undefined);
  });
  return listeners;
}
