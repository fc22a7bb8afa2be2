/** What the NATS client throws, as ProtocolError. */
import { type Code, ProtocolError } from "./error.js";
import { connectionClosed } from "./transport-error.js";
import { isRecord } from "./validate.js";
import { quote } from "./wording.js";

/** What the client calls its errors, where this package has a code of its own for it. */
const codes: Readonly<Record<string, Code>> = {
  BAD_SUBJECT: "invalid_subject",
  MAX_PAYLOAD_EXCEEDED: "message_too_large",
  PERMISSIONS_VIOLATION: "connection_failed",
  TIMEOUT: "timeout",
};

const closedCodes: ReadonlySet<string> = new Set(["CONNECTION_CLOSED", "CONNECTION_DRAINING", "DISCONNECT"]);

/** What is wrong when there is no connection, and what to do about it. */
const advice: Readonly<Record<string, string>> = {
  ACCOUNT_EXPIRED: "the account has expired",
  AUTHENTICATION_EXPIRED: "the credentials have expired",
  AUTHENTICATION_TIMEOUT: "the credentials did not arrive in time",
  AUTHORIZATION_VIOLATION: "the server does not accept the credentials; check user, password, token or key",
  BAD_AUTHENTICATION: "the server wants other credentials; check user, password, token or key",
  CONNECTION_REFUSED: "nothing listens there; start a NATS server, or check the address",
  CONNECTION_TIMEOUT: "nothing answers there; check the address and the network",
  ENOTFOUND: "there is no such host; check the address",
  TIMEOUT: "nothing answers there; check the address and the network",
};

/** Nobody listens on the subject of a request. */
export function isNoResponders(reason: unknown): boolean {
  return codeOf(reason) === "503";
}

/** No reply came in time. */
export function isTimeout(reason: unknown): boolean {
  return codeOf(reason) === "TIMEOUT";
}

/** JetStream's own number of an error, or 0. */
export function jetStreamCodeOf(reason: unknown): number {
  const api = isRecord(reason) ? reason["api_error"] : undefined;
  const code = isRecord(api) ? api["err_code"] : undefined;
  return typeof code === "number" ? code : 0;
}

/** Any error of the client, after the connection was made. */
export function translated(reason: unknown, subject?: string): ProtocolError {
  const code = codeOf(reason);
  if (closedCodes.has(code)) return connectionClosed(reason);
  return ProtocolError.from(reason, codes[code] ?? "internal", { subject });
}

/** An error of the client from making the connection. */
export function notConnected(
  reason: unknown,
  servers: string | readonly string[] = "the default server",
): ProtocolError {
  // Credentials may stand in an address, and do not belong in an error.
  const where = [servers].flat().map((server) => server.replace(/^(\w+:\/\/)?[^@/]*@/u, "$1"));
  const { rawMessage } = ProtocolError.from(reason, "connection_failed");
  const why = advice[codeOf(reason)] ?? rawMessage;
  return new ProtocolError("connection_failed", `cannot connect to ${where.join(", ")}: ${why}`, { cause: reason });
}

/** Something the server refuses after it was sent. */
export function refusedByServer(
  code: string,
  context?: { readonly operation: string; readonly subject: string },
): ProtocolError {
  if (context === undefined)
    return new ProtocolError("connection_failed", `the server complains: ${advice[code] ?? code}`);
  const { operation, subject } = context;
  const reason = `the server does not permit the ${operation} to ${quote(subject)}; ask for the permission`;
  return new ProtocolError("connection_failed", reason, { subject });
}

function codeOf(reason: unknown): string {
  const code = typeof reason === "object" && reason !== null && "code" in reason ? reason.code : undefined;
  return typeof code === "string" ? code : "";
}
