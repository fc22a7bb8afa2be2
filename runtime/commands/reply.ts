/** Replies as a service sends them. */

import type { ProtocolError } from "../error.js";
import { encode } from "../protocol/codec.js";
import { located } from "../protocol/located.js";
import type { CommandEnvelopes } from "../protocol/wire.js";
import type { Session } from "../session/session.js";
import type { Delivery } from "../transport/transport.js";
import { joined } from "../value/joined.js";
import { shortened } from "../value/wording.js";
import { type Failure, failureOf, headersOf } from "./service-error.js";

/** What a request says of itself. */
type Repeated = Readonly<Record<string, unknown>>;

// In characters. The names of a protocol are shorter by far.
const longestName = 200;
const longestText = 1000;

/** What is answered, and how. */
export interface Answered {
  readonly delivery: Delivery;
  /** Absent when nothing in the request tells, or nobody answers such a command. */
  readonly envelopes: CommandEnvelopes | undefined;
  /** What the request says of itself, for the reply to repeat: `service`, `command`, `id`. */
  readonly values: Repeated;
  /** The command, where it is known. */
  readonly ref?: string | undefined;
}

/**
 * Answers with a result. Does nothing when nobody waits for it.
 *
 * @throws ProtocolError `invalid_argument`, `message_too_large`, `connection_closed`; then nothing was sent
 */
export function sendSuccess({ delivery, envelopes, values }: Answered, result: unknown, { outbox }: Session): void {
  const template = envelopes?.reply?.success;
  const { respond } = delivery;
  if (template === undefined || respond === undefined) return;
  const send = (repeated: Repeated) => {
    const data = encode(template.write(joined(repeated, { result })));
    outbox.post({ subject: delivery.subject }, () => respond(data));
  };
  try {
    send(values);
  } catch {
    send(leastOf(values));
  }
}

/**
 * Answers with a failure. Does nothing when nobody waits for it. What cannot be sent is reported; when it is the details that
 * cannot, the failure goes without them, and when that is too long too, with its first words.
 */
export function sendFailure(answered: Answered, error: ProtocolError, { outbox, reporter }: Session): void {
  const { delivery, envelopes, values, ref = error.ref } = answered;
  const place = { subject: delivery.subject, ref };
  const template = envelopes?.reply?.failures[0];
  const { respond } = delivery;
  if (template === undefined || respond === undefined) return;
  const failure = failureOf(error);
  const command = typeof values["command"] === "string" ? values["command"] : "unknown";
  const complete = { ...values, command, ...failure };
  const attempts = [complete, { ...complete, details: {} }, { ...leastOf(complete), ...firstOf(failure) }];
  const reasons: unknown[] = [];
  for (const attempt of attempts) {
    try {
      const data = encode(template.write(attempt));
      outbox.post(place, () => respond(data, headersOf(failure)));
      break;
    } catch (reason) {
      reasons.push(reason);
    }
  }
  const [reason] = reasons;
  if (reason !== undefined) reporter.error(located(reason, place));
}

/**
 * What any reply can repeat. There are ids that can be read and not written, such as 1e999, which is read as infinity, and
 * some that are as long as a message may be.
 */
function leastOf({ service, command }: Repeated): Repeated {
  return { service, command: typeof command === "string" && command.length <= longestName ? command : "unknown" };
}

/** What there is always room for. */
function firstOf({ code, message }: Failure): Failure {
  return { code: shortened(code, longestName), message: shortened(message, longestText), details: {} };
}
