/** Metrics of the process: its memory, its processor time, its event loop. */
import { collectDefaultMetrics, Registry } from "prom-client";

let registry: Registry | undefined;

/** Measured from the first call on, once for the whole process. */
export function processMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
