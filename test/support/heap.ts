/** How much memory is in use. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Of the heap, in MB, when what nobody needs is gone. */
export function heapInUse(): number {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Whether what was referred to is gone from memory. */
export function isForgotten(reference: WeakRef<object>): boolean {
  collect();
  return reference.deref() === undefined;
}
