/** Why a NATS server does not let us in, or does not let us do something, and what to do about it. */
import { ProtocolError } from "../error.js";
import { quote } from "../value/wording.js";
import { withoutCredentials } from "./credentials.js";
import { codeOf } from "./error.js";

/** Where we wanted to go, and what we had to show. */
export interface Attempt {
  readonly servers: string | readonly string[] | undefined;
  /** Kinds of credentials, such as `the token`; never a secret. Nothing when there were none. */
  readonly credentials: string | undefined;
}

const untrusted = "the server's certificate is signed by nobody we trust; give its authority in tls.caFile";

const reasons: Readonly<Record<string, string>> = {
  CONNECTION_REFUSED: "nothing listens there; start a NATS server, or check the address",
  CONNECTION_TIMEOUT: "nothing answers there; check the address and the network",
  TIMEOUT: "nothing answers there; check the address and the network",
  ENOTFOUND: "there is no such host; check the address",
  ERR_INVALID_URL: "that is no address of a server; it is nats://host:port, with a port up to 65535",
  SERVER_OPT_NA: "the server does not speak TLS; leave out tls, or ask for a port that does",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  CERT_HAS_EXPIRED: "the server's certificate has expired; renew it",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host; use the address that it is for",
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: "the key in tls.keyFile is not that of the certificate in tls.certFile",
};

const refusals: Readonly<Record<string, string>> = {
  ACCOUNT_EXPIRED: "whose account has expired; renew it",
  AUTHENTICATION_EXPIRED: "which has expired; renew it",
  AUTHENTICATION_TIMEOUT: "which came too late",
  AUTHORIZATION_VIOLATION: "check it, and that it is meant for this server",
};

/** What the server says of a client certificate during the handshake, as the system's error codes have it. */
const certificateAlert = /_ALERT_\w*(?:CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/u;

/** Whether the server refused the certificate that we have, or that we do not have. */
export function isCertificateRefused(reason: unknown): boolean {
  return certificateAlert.test(codeOf(reason));
}

/** An error of the client from making the connection, or from making it again. */
export function notConnected(reason: unknown, attempt: Attempt): ProtocolError {
  // Credentials may stand in an address, and do not belong in an error.
  const servers = [attempt.servers ?? []].flat().map((server) => withoutCredentials(server) || '""');
  const message = `cannot connect to ${servers.join(", ") || "the default server"}: ${whyNot(reason, attempt)}`;
  return new ProtocolError("connection_failed", message, { cause: reason });
}

/** Something the server refuses after it was sent. */
export function refusedByServer(code: string, attempt: Attempt): ProtocolError {
  return new ProtocolError("connection_failed", `the server complains: ${whyNot({ code }, attempt)}`);
}

/** What we may not do. */
export function notPermitted({ operation, subject }: { operation: string; subject: string }): ProtocolError {
  const reason = `the server does not permit the ${operation} to ${quote(subject)}; ask for the permission`;
  return new ProtocolError("connection_failed", reason, { subject });
}

function whyNot(reason: unknown, { credentials }: Attempt): string {
  // A code of the NATS client may stand around a more telling one of the system.
  const inner = reason instanceof Error && "chainedError" in reason ? reason.chainedError : undefined;
  for (const code of [codeOf(inner), codeOf(reason)]) {
    if (reasons[code] !== undefined) return reasons[code];
    if (refusals[code] !== undefined) return refused(credentials, refusals[code]);
    if (certificateAlert.test(code))
      return "the server does not accept our certificate; check tls.certFile, or give one";
  }
  const { rawMessage } = ProtocolError.from(reason, "connection_failed");
  return rawMessage;
}

function refused(credentials: string | undefined, advice: string): string {
  if (credentials !== undefined) return `the server refuses ${credentials}; ${advice}`;
  return "the server wants credentials; give user and pass, token, credentialsFile or nkey";
}
