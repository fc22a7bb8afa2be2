/** How the requests for one command have gone. */

import type { ProtocolError } from "../error.js";
import { failureOf } from "./service-error.js";

/** Counts the requests for one command since its service was started. */
export class Tally {
  requests = 0;
  errors = 0;
  /** What the caller was told; empty when there has been none. */
  lastError = "";
  /** Of all requests together, in ms. */
  duration = 0;

  /** @param duration in ms */
  succeeded(duration: number): void {
    this.requests += 1;
    this.duration += duration;
  }

  /**
   * @param duration in ms
   * @param told what the caller was told
   */
  failed(duration: number, told: ProtocolError): void {
    const { code, message } = failureOf(told);
    this.requests += 1;
    this.duration += duration;
    this.errors += 1;
    this.lastError = `${code}: ${message}`;
  }
}
