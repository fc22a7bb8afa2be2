/** The errors that every transport has in common, in the same words. */
import { ProtocolError } from "../error.js";
import { quote } from "../value/wording.js";
import type { StreamOptions } from "./stream.js";

/** Nobody listens on the subject of a request. */
export function noResponders(subject: string): ProtocolError {
  const reason = `nobody listens on ${quote(subject)}; start the service, or check the subject and the account`;
  return new ProtocolError("no_responders", reason, { subject });
}

/** Somebody listens, but no reply came within `timeout` ms. */
export function noReply(subject: string, timeout: number): ProtocolError {
  const reason = `no reply on ${quote(subject)} within ${timeout} ms; the service may have done it all the same`;
  return new ProtocolError("timeout", reason, { subject });
}

/** The server has not answered for `limit` ms. */
export function silent(limit: number): ProtocolError {
  const reason = `the server has said nothing for ${limit} ms: it hangs, or the network lets nothing through; try again`;
  return new ProtocolError("timeout", reason);
}

/** The caller gave up on a request. */
export function cancelled(subject: string, signal: AbortSignal): ProtocolError {
  return new ProtocolError("cancelled", `the request on ${quote(subject)} was given up by its caller`, {
    subject,
    cause: signal.reason,
  });
}

/** The connection was closed by this program, or for good by the server. */
export function connectionClosed(cause?: unknown): ProtocolError {
  return new ProtocolError("connection_closed", "the connection is closed; connect again", { cause });
}

/** Something waited `timeout` ms for a connection to be sent over, and there was none. */
export function notSent(timeout: number, subject?: string): ProtocolError {
  const reason = `there was no connection within ${timeout} ms, so it was not sent; it may be sent again`;
  return new ProtocolError("not_connected", reason, { subject });
}

/** Something waited `timeout` ms for its turn to be sent. */
export function turnMissed(subject: string, timeout: number): ProtocolError {
  const reason = `its turn did not come within ${timeout} ms, so it was not sent; it may be sent again`;
  return new ProtocolError("expired", reason, { subject });
}

/** The connection was lost while something was on its way, and is being made again. */
export function connectionLost(cause: unknown): ProtocolError {
  const reason = "the connection was lost on the way; it comes back by itself, so try again";
  return new ProtocolError("connection_failed", reason, { cause });
}

/** A bucket was opened that does not exist, and that was not to be made. */
export function bucketMissing(name: string): ProtocolError {
  const reason = `there is no bucket ${quote(name)}; start the service that makes it`;
  return new ProtocolError("bucket_missing", reason, { subject: name });
}

/** A key was to be written at a revision that is not its present one. */
export function keyConflict(bucket: string, key: string, { revision, cause }: KeyConflict): ProtocolError {
  const expected = revision === 0 ? "to be new" : `to be at revision ${revision}`;
  const reason = `${quote(key)} of bucket ${quote(bucket)} was expected ${expected}, and is not; read it again`;
  return new ProtocolError("key_conflict", reason, { subject: `${bucket}/${key}`, cause });
}

/** A stream that is there does not keep what it should. */
export function streamLacks(name: string, subjects: readonly string[]): ProtocolError {
  const reason = `the stream ${quote(name)} does not keep ${subjects.join(", ")}; add that to its subjects`;
  return new ProtocolError("stream_failed", reason, { subject: name });
}

/** A stream was to be made that keeps what another one keeps. */
export function streamOverlaps(
  { name, subjects }: Pick<StreamOptions, "name" | "subjects">,
  cause?: unknown,
): ProtocolError {
  const reason = `the stream ${quote(name)} cannot be made: another stream keeps some of ${subjects.join(", ")} already`;
  return new ProtocolError("stream_failed", `${reason}; use that one, or remove it`, { subject: name, cause });
}

/** The revision that was expected, and what the store said. */
export interface KeyConflict {
  readonly revision: number;
  readonly cause?: unknown;
}
