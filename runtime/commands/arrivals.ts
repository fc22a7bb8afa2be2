/** Requests as they arrive on one subject: a copy of each for every queue group that the instance is in. */

import { ProtocolError } from "../error.js";
import { decode } from "../protocol/codec.js";
import type { OpenedRequest, RefusedRequest, ServedSubject } from "./served-subject.js";
import type { Sharing } from "./sharing.js";

type Request = OpenedRequest | RefusedRequest;

/** A message, and what it is. */
interface Sorted {
  readonly data: Uint8Array;
  /** Whose it is. */
  readonly queue: string | undefined;
  /** Until it is taken. */
  request: Request | undefined;
}

/** Takes each request once. */
export class Arrivals {
  readonly #served: ServedSubject;
  readonly #sharing: Sharing;
  readonly #maximumBytes: number;
  /** The copies come one after the other, so they are read once. */
  #latest: Sorted | undefined;

  /** @param maximumBytes how long a message may be */
  constructor(served: ServedSubject, sharing: Sharing, maximumBytes: number) {
    this.#served = served;
    this.#sharing = sharing;
    this.#maximumBytes = maximumBytes;
  }

  /** What the copy for a queue group asks, if it is for that one. */
  take(data: Uint8Array, queue: string): Request | undefined {
    const sorted = this.#sortedOnce(data, queue);
    if (sorted.queue !== queue) return undefined;
    const { request } = sorted;
    sorted.request = undefined;
    return request;
  }

  #sortedOnce(data: Uint8Array, queue: string): Sorted {
    if (this.#sharing.queues.length === 1) return this.#sorted(data);
    const latest = this.#latest;
    if (latest !== undefined && isEqual(latest.data, data)) {
      // What was taken already belongs to its handler: these bytes are another request, which says the same.
      if (latest.queue !== queue || latest.request !== undefined) return latest;
    }
    this.#latest = this.#sorted(data);
    return this.#latest;
  }

  #sorted(data: Uint8Array): Sorted {
    try {
      const request = this.#served.open(decode(data, this.#maximumBytes));
      return { data, queue: this.#sharing.queueOf(request.values), request };
    } catch (reason) {
      const error = ProtocolError.from(reason, "internal");
      return { data, queue: this.#sharing.rest, request: { kind: "refused", error, values: {} } };
    }
  }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
