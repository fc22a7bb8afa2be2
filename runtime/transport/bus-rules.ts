/** What every bus takes: legal subjects, buckets and keys, and messages that are not too large. */
import { ProtocolError } from "../error.js";
import { legalToken } from "../protocol/token.js";
import { quote } from "../value/wording.js";

const publishable = new RegExp(`^${legalToken}(?:\\.${legalToken})*$`, "u");
const subscribable = new RegExp(`^(?:(?:${legalToken}|\\*)\\.)*(?:${legalToken}|[*>])$`, "u");
const bucketName = /^[-_a-zA-Z0-9]+$/u;
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

/** @throws ProtocolError `invalid_subject` when no stream can have the name */
export function checkStreamName(name: string): void {
  if (!bucketName.test(name)) throw refused("open the stream", name, "ASCII letters, digits, - and _");
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

function refused(purpose: string, name: string, accepted: string): ProtocolError {
  return new ProtocolError("invalid_subject", `cannot ${purpose} ${quote(name)}: it is made of ${accepted}`, {
    subject: name,
  });
}
