/** The two buses, with somebody on each who sends anything: byte by byte over a socket, or past all checks of the broker. */
import { connect } from "nats";
import { MemoryExchange } from "../../../runtime/memory/exchange.js";
import { MemoryTransport } from "../../../runtime/memory/transport.js";
import { connectNats } from "../../../runtime/nats/connection.js";
import { isHeaderField } from "../../../runtime/transport/bus-rules.js";
import type { Headers, Transport } from "../../../runtime/transport/transport.js";
import { startNatsServer } from "../../support/nats-server.js";
import { openRawConnection } from "../../support/raw-connection.js";
import type { Garbage } from "./garbage.js";

/** A bus, and the one who sends anything. */
export interface HostileBus {
  connect(): Promise<Transport>;
  send(subject: string, garbage: Garbage, reply?: string): void;
  /** Answers all requests on a subject with what is next. */
  answer(subject: string, next: () => Garbage): Promise<void>;
  /** Writes the value of a key. */
  write(bucket: string, key: string, garbage: Garbage): Promise<void>;
  /** Resolves when all that was sent has been taken. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Both, by name. */
export const hostileBuses: readonly { readonly name: string; readonly start: () => Promise<HostileBus> }[] = [
  { name: "the memory broker", start: onMemory },
  { name: "a NATS server", start: onNats },
];

async function onMemory(): Promise<HostileBus> {
  const exchange = new MemoryExchange();
  const parts = {
    exchange,
    stores: new Map(),
    streams: new Map(),
    maximumPayload: 4 * 1024 * 1024,
    fallback: undefined,
  };
  const own = new MemoryTransport(parts);
  return {
    connect: async () => new MemoryTransport(parts),
    send: (subject, { data, headers }, reply) =>
      void exchange.publish({ subject, data, headers: fieldsOf(headers), reply }),
    answer: async (subject, next) => {
      own.subscribe(subject, ({ respond }) => {
        const { data, headers } = next();
        respond?.(data, fieldsOf(headers));
      });
    },
    write: async (bucket, key, { data }) => void (await (await own.bucket(bucket)).put(key, data.slice(0, 4096))),
    flush: () => own.flush(),
    stop: () => own.close(),
  };
}

async function onNats(): Promise<HostileBus> {
  const server = await startNatsServer({ maximumPayload: 4 * 1024 * 1024 });
  const raw = await openRawConnection(server.url);
  const connection = await connect({ servers: server.url });
  return {
    connect: () => connectNats({ servers: server.url }),
    send: (subject, { data, headers }, reply) => raw.publish({ subject, data, headers, reply }),
    answer: async (subject, next) => {
      const callback = (_: Error | null, { reply = "" }) => raw.publish({ subject: reply, ...next() });
      connection.subscribe(subject, { callback });
      await connection.flush();
    },
    write: async (bucket, key, { data, headers }) => {
      raw.publish({ subject: `$KV.${bucket}.${key}`, data, headers });
      await raw.flush();
    },
    flush: () => raw.flush(),
    stop: async () => {
      raw.close();
      await connection.close();
      await server.stop();
    },
  };
}

/** The memory broker carries fields, and not bytes: those that any bus takes. */
function fieldsOf(headers: Uint8Array | undefined): Headers | undefined {
  if (headers === undefined) return undefined;
  const lines = new TextDecoder().decode(headers).split("\r\n");
  const fields = lines.map((line) => [line.split(":")[0] ?? "", line.slice(line.indexOf(":") + 1).trim()] as const);
  return Object.fromEntries(fields.filter(([name, text]) => isHeaderField(name, text)));
}
