/** What the runtime needs of a bus that keeps messages, for those who must not miss any. All times are in ms. */
import type { ProtocolError } from "../error.js";
import type { Delivery, Headers } from "./transport.js";

/** What a stream is to be. */
export interface StreamOptions {
  readonly name: string;
  /** Whatever is published on these is kept. They may hold the wildcard `*`. */
  readonly subjects: readonly string[];
  /** What is in `memory` is lost when the bus stops. */
  readonly storage: "file" | "memory";
  readonly maximumAge: number;
  readonly maximumBytes?: number | undefined;
  readonly maximumMessages?: number | undefined;
  /** How long the id of a message is remembered: a message with the same id is kept once. */
  readonly duplicateWindow: number;
}

/** Messages that the bus keeps, numbered from 1. Its methods throw ProtocolError `stream_failed` when the bus refuses. */
export interface Stream {
  /**
   * Sends a message, and resolves when it is kept. After an error it may be kept or not: publish it again with the same id.
   *
   * @throws ProtocolError `timeout`, `connection_failed`, `connection_closed`, `invalid_subject`, `message_too_large`
   */
  publish(subject: string, data: Uint8Array, options: StreamPublishOptions): Promise<Stored>;
  /**
   * Calls `receive` for messages, as a member of the group of a name: each message reaches one member, and again one, until it
   * is settled. The bus remembers how far the group has got, also when nobody of it is there.
   *
   * @throws ProtocolError `invalid_argument` for a name that cannot be
   */
  consume(options: ConsumeOptions, receive: (delivery: StreamDelivery) => void): Promise<Consumption>;
}

/** How a message is published into a stream. */
export interface StreamPublishOptions {
  readonly id: string;
  readonly headers?: Headers | undefined;
  readonly timeout: number;
}

/** A message that is kept. */
export interface Stored {
  readonly sequence: number;
  /** Whether a message with the same id had been kept already; then this is that one's number. */
  readonly duplicate: boolean;
}

/** How messages are consumed. */
export interface ConsumeOptions {
  /** Of the group: ASCII letters, digits, `-` and `_`. */
  readonly name: string;
  /** What is wanted. Some of what is not may come all the same: settle it as `done`. */
  readonly subjects: readonly string[];
  /** After how long without a sign of life a message is delivered again. */
  readonly wait: number;
  /** How many messages of the group may be unsettled at one time. */
  readonly inFlight: number;
  /** Where a group begins that was not there before. */
  readonly start: "now" | "beginning";
  /** Told when consuming has not been possible for a while. It goes on by itself when it is. */
  readonly onFailure: (error: ProtocolError) => void;
}

/** What goes on until it is stopped: then nothing more is delivered. What is held may still be settled. */
export interface Consumption {
  stop(): void;
}

/** One delivery of a message that is kept. */
export interface StreamDelivery extends Pick<Delivery, "subject" | "data" | "headers"> {
  /** Of the message in its stream. */
  readonly sequence: number;
  /** How often it was delivered, this time included. */
  readonly deliveries: number;
  /** To be called once. */
  settle(settlement: Settlement): void;
  /** A sign of life: the time until it is delivered again starts anew. */
  working(): void;
}

/** What becomes of a message. */
export type Settlement =
  | { readonly kind: "done" }
  /** It is never delivered again, though nothing came of it. */
  | { readonly kind: "given up" }
  | { readonly kind: "again"; readonly delay: number };
