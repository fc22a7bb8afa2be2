/** The bus of the demo: a real NATS server when there is one, else one within the process. */
import { connectNats, createMemoryBroker, type Transport } from "kryten-sdk/runtime";
import { natsServerBinary, startNatsServer } from "../../test/support/nats-server.js";

export interface DemoBus {
  readonly description: string;
  connect(): Promise<Transport>;
  stop(): Promise<void>;
}

/** Starts the bus. */
export async function startBus(): Promise<DemoBus> {
  try {
    natsServerBinary();
  } catch {
    const broker = createMemoryBroker();
    return {
      description: "the in-memory broker, because there is no nats-server on this machine",
      connect: async () => broker.connect(),
      stop: async () => undefined,
    };
  }
  const server = await startNatsServer();
  return {
    description: `a NATS server on ${server.url}`,
    connect: () => connectNats({ servers: server.url }),
    stop: server.stop,
  };
}
