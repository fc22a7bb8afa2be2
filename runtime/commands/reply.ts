/** Replies as a service sends them. */

import type { ProtocolError } from "../error.js";
import type { Reporter } from "../observe/report.js";
import { encode } from "../protocol/codec.js";
import { located } from "../protocol/located.js";
import type { CommandEnvelopes } from "../protocol/wire.js";
import type { Delivery } from "../transport/transport.js";
import { failureOf, headersOf } from "./service-error.js";

/** What is answered, and how. */
export interface Answered {
  readonly delivery: Delivery;
  /** Absent when nothing in the request tells, or nobody answers such a command. */
  readonly envelopes: CommandEnvelopes | undefined;
  /** What the request says of itself, for the reply to repeat: `service`, `command`, `id`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Answers with a result. Does nothing when nobody waits for it.
 *
 * @throws ProtocolError `invalid_argument`, `message_too_large`, `connection_closed`; then nothing was sent
 */
export function sendSuccess({ delivery, envelopes, values }: Answered, result: unknown): void {
  const template = envelopes?.reply?.success;
  if (template === undefined || delivery.respond === undefined) return;
  delivery.respond(encode(template.write({ ...values, result })));
}

/**
 * Answers with a failure. Does nothing when nobody waits for it. What cannot be sent is reported; when it is the details that
 * cannot, the failure goes without them.
 */
export function sendFailure(answered: Answered, error: ProtocolError, reporter: Reporter): void {
  const { delivery, envelopes, values } = answered;
  const template = envelopes?.reply?.failures[0];
  if (template === undefined || delivery.respond === undefined) return;
  const failure = failureOf(error);
  const command = typeof values["command"] === "string" ? values["command"] : "unknown";
  for (const details of [failure.details, {}]) {
    try {
      const body = template.write({ ...values, command, ...failure, details });
      delivery.respond(encode(body), headersOf(failure));
      return;
    } catch (reason) {
      reporter.error(located(reason, { subject: delivery.subject, ref: error.ref }));
    }
  }
}
