/** A client over NATS, in one call. */

import { connectNats, type NatsConnection, type NatsOptions, natsTransport } from "../nats/connection.js";
import type { Contract, Protocol } from "../protocol/message.js";
import type { Transport } from "../transport/transport.js";
import { type Client, type ClientOptions, createClient } from "./client.js";

/** How a client behaves, and where its bus is: `servers` and all else that the NATS client takes, or what is handed in. */
export interface ConnectOptions<C extends Contract = Contract> extends ClientOptions<C>, NatsOptions {
  /** An open connection of the NATS client. It stays open when this client is closed. */
  readonly connection?: NatsConnection | undefined;
  /** Any other bus, such as one within the process. It is this client's from now on, and closes with it. */
  readonly transport?: Transport | undefined;
}

/**
 * Connects to a bus, to speak a protocol on it. With a `service`, says that it has started.
 *
 * @throws ProtocolError `connection_failed`; `invalid_argument` for channels or a dialect that the protocol does not have;
 * what `announce` throws
 */
export async function connect<C extends Contract>(
  protocol: Protocol<C>,
  options: ConnectOptions<NoInfer<C>> = {},
): Promise<Client<C>> {
  const transport = await transportOf(options);
  try {
    const client = createClient(protocol, transport, options);
    if (options.service !== undefined && options.service.announce !== false) await client.announce();
    return client;
  } catch (reason) {
    await transport.close();
    throw reason;
  }
}

async function transportOf<C extends Contract>(options: ConnectOptions<C>): Promise<Transport> {
  const { transport, connection, service } = options;
  if (transport !== undefined) return transport;
  if (connection !== undefined) return natsTransport(connection);
  // The NATS client takes what it knows of these.
  return connectNats({ ...(service && { name: service.name }), ...options });
}
