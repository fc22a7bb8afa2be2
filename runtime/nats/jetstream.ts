/** What buckets and streams have in common: each is a stream of JetStream. */
import { type JetStreamManager, NatsError, type StreamInfo } from "nats";
import { type Code, ProtocolError } from "../error.js";
import { isRecord } from "../value/validate.js";
import { isNoResponders, translated } from "./error.js";
import { notPermitted } from "./refusal.js";

/** Some of JetStream's own numbers of errors. */
const numbers = {
  consumerMissing: 10014,
  nameInUse: 10058,
  streamMissing: 10059,
  subjectsInUse: 10065,
  wrongRevision: 10071,
} as const;

/** Whether JetStream refused for this reason. */
export function isRefusedAs(name: keyof typeof numbers, reason: unknown): boolean {
  const api = isRecord(reason) ? reason["api_error"] : undefined;
  return isRecord(api) && api["err_code"] === numbers[name];
}

/** What there is to know of a stream; nothing when there is none. */
export async function streamInfo(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  return await manager.streams.info(name).catch((reason) => {
    if (isRefusedAs("streamMissing", reason)) return undefined;
    throw reason;
  });
}

/**
 * The error for what the server refuses, or does not answer.
 *
 * @param what cannot be used: `the stream "weather"`
 */
export function jetStreamFailed(reason: unknown, code: Code, what: string): ProtocolError {
  if (isNoResponders(reason)) {
    const advice = "the server has no JetStream, or is not ready; start it with --jetstream, and check the permissions";
    return new ProtocolError(code, `cannot use ${what}: ${advice}`, { cause: reason });
  }
  if (reason instanceof NatsError && reason.permissionContext !== undefined) {
    return notPermitted(reason.permissionContext);
  }
  const error = translated(reason);
  if (error.code !== "internal" && error.code !== "timeout") return error;
  const said = error.code === "timeout" ? "the server did not answer in time" : error.rawMessage;
  return new ProtocolError(code, `${what}: ${said}`, { cause: reason });
}
