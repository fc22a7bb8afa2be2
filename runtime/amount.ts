/** Times, sizes and counts that can be. */
import { ProtocolError } from "./error.js";

/** What a timer can wait for, in ms. After more than that it ends at once. */
export const longestTimer = 2 ** 31 - 1;

/** @throws ProtocolError `invalid_argument` when no timer can wait for it, and nothing can be of that size */
export function checkLimit(name: string, value: number): void {
  if (value > 0 && value <= longestTimer) return;
  throw new ProtocolError("invalid_argument", `${name} must be above 0 and at most ${longestTimer}, not ${value}`);
}

/** @throws ProtocolError `invalid_argument` when no value of a bucket can have it; 0 is that of none */
export function checkRevision(revision: number): void {
  if (Number.isSafeInteger(revision) && revision >= 0) return;
  throw new ProtocolError("invalid_argument", `revision must be a whole number from 0, not ${revision}`);
}

/** @throws ProtocolError `invalid_argument` when so many of anything cannot be counted to */
export function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new ProtocolError("invalid_argument", `${name} must be a whole number above 0, not ${value}`);
}
