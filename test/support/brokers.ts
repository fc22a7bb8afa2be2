/** The two buses that everything that talks is tested on, started once for a group of tests. */
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { type Client, type ClientOptions, createClient } from "../../runtime/client/client.js";
import type { ProtocolError } from "../../runtime/error.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { connectNats } from "../../runtime/nats/connection.js";
import type { Contract, Protocol } from "../../runtime/protocol/message.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { weather } from "../runtime/fixture-protocol.js";
import { preferDialect, Respelling, respelled } from "./dialect.js";
import { startNatsServer } from "./nats-server.js";

/** What a group of tests connects to. All connections are closed after each test. */
export interface TestBus {
  /** A bare connection. Tests know the subjects of the dialect `live`; it has them spelled as this bus speaks. */
  transport(): Promise<Transport>;
  /** What clients speak that are not told. */
  readonly dialect: "live" | "exact";
  /** A subject of the dialect `live` as clients on this bus have it. */
  spelled(subject: string): string;
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

interface Kind {
  readonly name: string;
  readonly start: () => Promise<Running>;
  readonly dialect: "live" | "exact";
}

/** Larger than a client takes, so that a message can be too large for the one and not for the other. */
const maximumPayload = 8 * 1024 * 1024;

async function startMemoryBroker(): Promise<Running> {
  const broker = createMemoryBroker({ maximumPayload });
  return { connect: async () => broker.connect(), stop: async () => undefined };
}

const kinds: readonly Kind[] = [
  { name: "on the memory broker", dialect: "live", start: startMemoryBroker },
  {
    name: "on a NATS server",
    dialect: "live",
    start: async () => {
      const server = await startNatsServer({ maximumPayload });
      return { connect: () => connectNats({ servers: server.url }), stop: server.stop };
    },
  },
  // Where messages travel is nothing to the server: one bus is enough for the other dialect.
  { name: "in the other dialect", dialect: "exact", start: startMemoryBroker },
];

/** Runs the tests on each bus, and in each dialect of the weather protocol. */
export function onBothBuses(tests: (bus: TestBus) => void): void {
  describe.each(kinds)("$name", ({ start, dialect }) => {
    let running: Running;
    const closing: (() => Promise<void>)[] = [];
    const [there, back] = [new Respelling(weather, "live", dialect), new Respelling(weather, dialect, "live")];

    beforeAll(async () => {
      preferDialect(dialect);
      running = await start();
    });
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });
    afterAll(async () => {
      preferDialect(undefined);
      await running.stop();
    });

    const transport = async () => {
      const made = await running.connect();
      closing.push(() => made.close());
      return dialect === "live" ? made : respelled(made, there, back);
    };
    tests({
      transport,
      dialect,
      spelled: (subject) => there.of(subject),
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
