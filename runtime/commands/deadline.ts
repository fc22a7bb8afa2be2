/** How long the caller of a request waits, as it travels: in ms from now, so that no two clocks need to agree. */
import type { Headers } from "../transport/transport.js";

const header = "Request-Timeout-Ms";

/** Header fields that say it too. */
export function withDeadline(headers: Headers | undefined, timeout: number): Headers {
  return { ...headers, [header]: String(Math.ceil(timeout)) };
}

/** What a request says of it, in ms; endless when it says nothing, or nothing that can be understood. */
export function timeoutIn(headers: Headers | undefined): number {
  const text = headers?.[header];
  return text !== undefined && /^\d{1,10}$/u.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}
