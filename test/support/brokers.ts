/** The two buses that everything that talks is tested on, started once for a group of tests. */
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { type Client, type ClientOptions, createClient } from "../../runtime/client/client.js";
import type { ProtocolError } from "../../runtime/error.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { connectNats } from "../../runtime/nats/connection.js";
import type { Contract, Protocol } from "../../runtime/protocol/message.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { startNatsServer } from "./nats-server.js";

/** What a group of tests connects to. All connections are closed after each test. */
export interface TestBus {
  /** A bare connection. */
  transport(): Promise<Transport>;
  /** A client, and what it reported. */
  client<C extends Contract>(protocol: Protocol<C>, options?: ClientOptions<C>): Promise<Watched<C>>;
}

/** A client whose reports are kept instead of logged. */
export interface Watched<C extends Contract> {
  readonly client: Client<C>;
  readonly errors: readonly ProtocolError[];
  readonly invalid: readonly ProtocolError[];
}

interface Running {
  connect(): Promise<Transport>;
  stop(): Promise<void>;
}

/** Larger than a client takes, so that a message can be too large for the one and not for the other. */
const maximumPayload = 8 * 1024 * 1024;

const kinds: readonly { readonly name: string; readonly start: () => Promise<Running> }[] = [
  {
    name: "on the memory broker",
    start: async () => {
      const broker = createMemoryBroker({ maximumPayload });
      return { connect: async () => broker.connect(), stop: async () => undefined };
    },
  },
  {
    name: "on a NATS server",
    start: async () => {
      const server = await startNatsServer({ maximumPayload });
      return { connect: () => connectNats({ servers: server.url }), stop: server.stop };
    },
  },
];

/** Runs the tests twice. */
export function onBothBuses(tests: (bus: TestBus) => void): void {
  describe.each(kinds)("$name", ({ start }) => {
    let running: Running;
    const closing: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      running = await start();
    });
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });
    afterAll(() => running.stop());

    const transport = async () => {
      const made = await running.connect();
      closing.push(() => made.close());
      return made;
    };
    tests({
      transport,
      client: async (protocol, options = {}) => {
        const errors: ProtocolError[] = [];
        const invalid: ProtocolError[] = [];
        const client = createClient(protocol, await running.connect(), {
          onError: (error) => errors.push(error),
          onInvalid: (error) => invalid.push(error),
          ...options,
        });
        closing.push(() => client.close());
        return { client, errors, invalid };
      },
    });
  });
}

/** Text as bytes. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A value as the bytes of its JSON. */
export function json(value: unknown): Uint8Array {
  return bytes(JSON.stringify(value));
}

/** The value in the bytes of its JSON. */
export function parsed(data: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(data));
}
