/** Connections that are lost when a test says so. */
import type { Transport } from "../../runtime/transport/transport.js";

/** A transport that says that its connection is lost or back, when it is not. */
export function interruptible(transport: Transport): Transport & { tell(kind: "disconnected" | "reconnected"): void } {
  const listeners = new Set<Parameters<Transport["onStatus"]>[0]>();
  return {
    maximumPayload: transport.maximumPayload,
    label: (headers) => transport.label(headers),
    publish: (...message) => transport.publish(...message),
    subscribe: (...interest) => transport.subscribe(...interest),
    request: (...request) => transport.request(...request),
    bucket: (...name) => transport.bucket(...name),
    stream: (options) => transport.stream(options),
    flush: () => transport.flush(),
    close: () => transport.close(),
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (kind) => {
      for (const listener of listeners) listener({ kind });
    },
  };
}
