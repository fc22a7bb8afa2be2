/** What the NATS client throws, as ProtocolError. */
import { type Code, ProtocolError } from "../error.js";
import { connectionClosed, connectionLost } from "../transport/transport-error.js";

/** What the client calls its errors, where this package has a code of its own for it. */
const codes: Readonly<Record<string, Code>> = {
  BAD_SUBJECT: "invalid_subject",
  MAX_PAYLOAD_EXCEEDED: "message_too_large",
  PERMISSIONS_VIOLATION: "connection_failed",
  TIMEOUT: "timeout",
};

const closedCodes: ReadonlySet<string> = new Set(["CONNECTION_CLOSED", "CONNECTION_DRAINING"]);

/** Nobody listens on the subject of a request. */
export function isNoResponders(reason: unknown): boolean {
  return codeOf(reason) === "503";
}

/** No reply came in time. */
export function isTimeout(reason: unknown): boolean {
  return codeOf(reason) === "TIMEOUT";
}

/** Any error of the client, after the connection was made. */
export function translated(reason: unknown, subject?: string): ProtocolError {
  const code = codeOf(reason);
  if (closedCodes.has(code)) return connectionClosed(reason);
  if (code === "DISCONNECT") return connectionLost(reason);
  return ProtocolError.from(reason, codes[code] ?? "internal", { subject });
}

/** The client's or the system's own code of an error, or nothing. */
export function codeOf(reason: unknown): string {
  const code = typeof reason === "object" && reason !== null && "code" in reason ? reason.code : undefined;
  return typeof code === "string" ? code : "";
}
