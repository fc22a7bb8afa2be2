/** The bus over a NATS server. */
import { type ConnectionOptions, connect, type NatsConnection } from "nats";
import type { Transport } from "../transport/transport.js";
import { type Credentials, credentialsOf, type NatsCredentials, withoutCredentials } from "./credentials.js";
import { isTimeout } from "./error.js";
import { isCertificateRefused, notConnected } from "./refusal.js";
import { NatsTransport } from "./transport.js";

/** How to reach a server: `servers`, `user` and `pass`, `token`, `tls` and all else that the NATS client takes. */
export interface NatsOptions extends ConnectionOptions, NatsCredentials {}

/** Types of the NATS client, for those who hand in a connection. */
export type { NatsConnection } from "nats";

/**
 * Connects to a server. Once connected, it reconnects for ever unless told otherwise.
 *
 * @throws ProtocolError `connection_failed`
 */
export async function connectNats(options: NatsOptions): Promise<Transport> {
  const credentials = credentialsOf(options);
  const attempt = { servers: options.servers, credentials: credentials.name };
  const chosen = connectionOptions(options, credentials);
  try {
    return new NatsTransport(await connect(chosen), { attempt, whenClosed: "close" });
  } catch (reason) {
    throw notConnected(await clearer(reason, chosen), attempt);
  }
}

/** A transport over a connection that somebody else opened. It stays open when the transport is closed. */
export function natsTransport(connection: NatsConnection): Transport {
  const attempt = { servers: connection.getServer(), credentials: "the credentials of the connection" };
  return new NatsTransport(connection, { attempt, whenClosed: "keep" });
}

function connectionOptions(options: NatsOptions, { authenticators }: Credentials): ConnectionOptions {
  const { user, pass, token, credentialsFile, nkey, servers, ...others } = options;
  return {
    maxReconnectAttempts: -1,
    // Credentials that are renewed late are no reason to stop.
    ignoreAuthErrorAbort: true,
    // Traces of where each request began cost more than the request.
    noAsyncTraces: true,
    ...others,
    ...(servers !== undefined && { servers: [servers].flat().map(withoutCredentials) }),
    authenticator: authenticators,
  };
}

/** In ms. */
const longestLook = 2_000;

/**
 * What there is to learn about a failure. TLS 1.3 tells of a refused certificate only after the handshake, when the NATS
 * client no longer listens and its time runs out; TLS 1.2 tells during the handshake.
 */
async function clearer(reason: unknown, options: ConnectionOptions): Promise<unknown> {
  if (!isTimeout(reason)) return reason;
  const tls = { ...options.tls, maxVersion: "TLSv1.2" };
  const timeout = Math.min(options.timeout ?? longestLook, longestLook);
  try {
    const connection = await connect({ ...options, tls, timeout });
    await connection.close();
    return reason;
  } catch (other) {
    return isCertificateRefused(other) ? other : reason;
  }
}
