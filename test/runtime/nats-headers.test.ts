/** Header fields that no client would send. Only a real server carries them: on the memory broker, fields are values. */
import { connect as connectClient, type NatsConnection } from "nats";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { connectNats } from "../../runtime/nats/connection.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { bytes } from "../support/brokers.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { openRawConnection, type RawConnection } from "../support/raw-connection.js";

let server: NatsServer;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());

interface World {
  readonly transport: Transport;
  readonly raw: RawConnection;
  /** For what only the NATS client can do. */
  readonly connection: NatsConnection;
}

async function world(): Promise<World> {
  const transport = await connectNats({ servers: server.url });
  const raw = await openRawConnection(server.url);
  const connection = await connectClient({ servers: server.url });
  onTestFinished(async () => {
    await transport.close();
    raw.close();
    await connection.close();
  });
  return { transport, raw, connection };
}

/** Header fields that anybody may send, and what is read of them. */
const strange: readonly (readonly [string, Uint8Array, object])[] = [
  ["a name with a space", bytes("NATS/1.0\r\nbad name: 1\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["a name that is missing", bytes("NATS/1.0\r\n: 1\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["no colon", bytes("NATS/1.0\r\nnothing\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["half an end of a line in a value", bytes("NATS/1.0\r\nbad: 1\n2\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["a control character in a value", bytes("NATS/1.0\r\nbad: 1\u0000\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["one name twice", bytes("NATS/1.0\r\ngood: 2\r\ngood: 3\r\n\r\n"), { good: "2" }],
  ["a name that every object has", bytes("NATS/1.0\r\n__proto__: 1\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["a version that nobody knows", bytes("NATS/9.9\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["a status that is no number", bytes("NATS/1.0 many\r\ngood: 2\r\n\r\n"), { good: "2" }],
  ["nothing", bytes(""), {}],
  ["no first line", bytes("\r\n\r\n"), {}],
  ["bytes that are not UTF-8", new Uint8Array([0xff, 0xfe, 0x3a, 0x80, 0x0d, 0x0a]), {}],
];

const many = Array.from({ length: 100_000 }, (_, index) => `${index}: x\r\n`).join("");
/** More than a bucket takes. Reading them is a matter of milliseconds. */
const tooMany = ["a hundred thousand fields", bytes(`NATS/1.0\r\n${many}\r\n`), { 0: "x", 99999: "x" }] as const;

it.each([...strange, tooMany])(
  "of a reply, %s: read as far as they can be, and the next reply arrives",
  async (_, headers, read) => {
    const { transport, raw, connection } = await world();
    connection.subscribe("ask", {
      callback: (_error, { reply }) => raw.publish({ subject: reply ?? "", data: bytes("1"), headers }),
    });
    connection.subscribe("ask.again", { callback: (_error, message) => message.respond("2") });
    await connection.flush();
    const reply = await transport.request("ask", bytes(""), { timeout: 5_000 });
    expect([...reply.data]).toEqual([...bytes("1")]);
    expect(reply.headers ?? {}).toMatchObject(read);
    expect(Object.keys(reply.headers ?? {})).not.toContain("bad");
    const next = await transport.request("ask.again", bytes(""), { timeout: 5_000 });
    expect([...next.data]).toEqual([...bytes("2")]);
  },
);

it.each(strange)("of a value of a key, %s: it is read and watched like any other", async (_, headers) => {
  const { transport, raw } = await world();
  const bucket = await transport.bucket("strange", { create: { history: 1 } });
  await bucket.delete("key");
  const watched: string[] = [];
  const stop = await bucket.watch("key", ({ data }) => watched.push(new TextDecoder().decode(data)));
  raw.publish({ subject: "$KV.strange.key", data: bytes("1"), headers });
  await raw.flush();
  await expect.poll(() => watched).toEqual(["1"]);
  expect(new TextDecoder().decode((await bucket.get("key"))?.data)).toBe("1");
  await bucket.put("key", bytes("2"));
  await expect.poll(() => watched).toEqual(["1", "2"]);
  stop();
});
