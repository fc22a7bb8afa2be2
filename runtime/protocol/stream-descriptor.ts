/** Events that the server keeps, for those who must not miss any: what the schema says about it. All times are in s. */

/** A stream, and how what it keeps reaches its consumers. */
export interface StreamDescriptor {
  readonly kind: "stream";
  /** `<protocol>/streams/<stream>` */
  readonly ref: string;
  readonly name: string;
  /** What it is called on the server. */
  readonly stream: string;
  /** What it keeps, in all dialects, with wildcards. */
  readonly subjects: readonly string[];
  /** The events among that, by their names on the wire. */
  readonly events: readonly string[];
  /** What is in `memory` is lost when the server stops. */
  readonly storage: "file" | "memory";
  readonly maximumAge: number;
  readonly maximumBytes?: number;
  readonly maximumMessages?: number;
  /** How long an event's id is remembered: an event with the same id is kept once. */
  readonly duplicateWindow: number;
  readonly delivery: DeliveryRules;
  readonly deadLetters: DeadLetterDescriptor;
}

/** How an event reaches a consumer that fails. */
export interface DeliveryRules {
  /** How often it is delivered before it becomes a dead letter. */
  readonly limit: number;
  /** How long to wait after the first failure, the second and so on; the last counts for all that follow. */
  readonly backoff: readonly number[];
  /** After how long without a sign of life of the program that has it, it is delivered again. */
  readonly wait: number;
}

/** Where events go that a consumer cannot handle. */
export interface DeadLetterDescriptor {
  /** What their stream is called on the server. */
  readonly stream: string;
  /** A subject template around `{consumer}`. */
  readonly subject: string;
  readonly maximumAge: number;
}
