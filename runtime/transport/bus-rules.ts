/** What every bus takes: legal subjects, buckets and keys, and messages that are not too large. */
import { ProtocolError } from "../error.js";
import { legalToken } from "../protocol/token.js";
import { quote } from "../value/wording.js";
import type { StreamOptions } from "./stream.js";
import type { Headers } from "./transport.js";

const publishable = new RegExp(`^${legalToken}(?:\\.${legalToken})*$`, "u");
const subscribable = new RegExp(`^(?:(?:${legalToken}|\\*)\\.)*(?:${legalToken}|[*>])$`, "u");
const bucketName = /^[-_a-zA-Z0-9]+$/u;
const encoder = new TextEncoder();
// In bytes. A server writes their size into 16 bits.
const maximumStoredHeaders = 65_535;

/** The header field that tells messages of a stream apart, as NATS has it. */
export const idHeader = "Nats-Msg-Id";

const headerName = /^[!-9;-~]+$/u;
const keyName = /^(?!\.)[-/_=.a-zA-Z0-9]+(?<!\.)$/u;
const keyPattern = /^(?:\*|[-/_=a-zA-Z0-9]+)(?:\.(?:\*|[-/_=a-zA-Z0-9]+))*$/u;

/** @throws ProtocolError `invalid_subject` when no message can be sent to the subject */
export function checkPublishable(subject: string): void {
  if (!publishable.test(subject)) throw refused("publish to", subject, "tokens without white space and wildcards");
}

/** @throws ProtocolError `invalid_subject` when nobody can subscribe to the subject */
export function checkSubscribable(subject: string): void {
  if (!subscribable.test(subject)) throw refused("subscribe to", subject, "tokens, *, and > as the last");
}

/** @throws ProtocolError `invalid_subject` when no bucket can have the name */
export function checkBucketName(name: string): void {
  if (!bucketName.test(name)) throw refused("open the bucket", name, "ASCII letters, digits, - and _");
}

/** @throws ProtocolError `invalid_subject` when no stream can have the name, or keep the subjects */
export function checkStream({ name, subjects }: Pick<StreamOptions, "name" | "subjects">): void {
  if (!bucketName.test(name)) throw refused("open the stream", name, "ASCII letters, digits, - and _");
  for (const subject of subjects) checkSubscribable(subject);
}

/** @throws ProtocolError `invalid_argument` when no consumer can have the name */
export function checkConsumerName(name: string): void {
  if (bucketName.test(name)) return;
  const reason = `${quote(name)} is no name for a consumer: it is made of ASCII letters, digits, - and _`;
  throw new ProtocolError("invalid_argument", reason);
}

/** @throws ProtocolError `invalid_subject` when no key can have the name */
export function checkKey(key: string): void {
  if (!keyName.test(key)) throw refused("use the key", key, "ASCII letters, digits, - / _ = and . inside");
}

/** @throws ProtocolError `invalid_subject` when no keys can be found by the pattern */
export function checkKeyPattern(pattern: string): void {
  if (!keyPattern.test(pattern)) throw refused("find the keys", pattern, "tokens of a key, and * for any one token");
}

/** @throws ProtocolError `message_too_large` when a message has more bytes than the bus takes */
export function checkSize(subject: string, size: number, maximum: number): void {
  if (size <= maximum) return;
  const reason = `${size} bytes for ${quote(subject)} are more than the ${maximum} that the bus takes`;
  throw new ProtocolError("message_too_large", `${reason}; send less, or raise its limit`, { subject });
}

/**
 * Header fields as they arrive: without white space around their texts, and nothing at all when there are none.
 *
 * @throws ProtocolError `invalid_argument` for a field that cannot travel
 */
export function checkedHeaders(headers: Headers | undefined): Headers | undefined {
  if (headers === undefined) return undefined;
  const fields = Object.entries(headers).map(([name, text]) => {
    if (isHeaderField(name, text)) return [name, text.trim()] as const;
    const reason = `cannot send the header field ${quote(name)}`;
    throw new ProtocolError(
      "invalid_argument",
      `${reason}: its name is printable ASCII without a colon, its text one line`,
    );
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/**
 * Header fields of a message that a stream is to keep: the sender's, and those that a server reads.
 *
 * @throws ProtocolError `invalid_argument`, `message_too_large`
 */
export function storedHeaders(stream: string, id: string, headers: Headers): Headers {
  const fields = checkedHeaders({ ...headers, [idHeader]: id, "Nats-Expected-Stream": stream }) ?? {};
  if (sizeOf(new Uint8Array(), fields) <= maximumStoredHeaders) return fields;
  const reason = `the header fields for the stream ${quote(stream)} are more than the 64 KiB that it takes`;
  throw new ProtocolError("message_too_large", `${reason}; send fewer`, { subject: stream });
}

/** Whether a header field can travel. */
export function isHeaderField(name: string, text: string): boolean {
  return headerName.test(name) && !/\p{Cc}/u.test(text);
}

/** How many bytes a message has, which is what a bus limits. */
export function sizeOf(data: Uint8Array, headers: Headers | undefined): number {
  if (headers === undefined) return data.length;
  const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}\r\n`);
  return data.length + encoder.encode(`NATS/1.0\r\n${lines.join("")}\r\n`).length;
}

function refused(purpose: string, name: string, accepted: string): ProtocolError {
  return new ProtocolError("invalid_subject", `cannot ${purpose} ${quote(name)}: it is made of ${accepted}`, {
    subject: name,
  });
}
