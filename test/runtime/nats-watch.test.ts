/** Watching a key, whatever happens to the server and to the bucket. */
import { connect as connectClient, type KvEntry } from "nats";
import { expect, it, onTestFinished, vi } from "vitest";
import { connectNats } from "../../runtime/nats/connection.js";
import { BucketWatch } from "../../runtime/nats/watch.js";
import type { EntryChange, Transport } from "../../runtime/transport/transport.js";
import { bytes } from "../support/brokers.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";

const patience = { timeout: 20_000, interval: 20 };

async function server(): Promise<NatsServer> {
  const started = await startNatsServer();
  onTestFinished(started.stop);
  return started;
}

async function connected(url: string): Promise<Transport> {
  const transport = await connectNats({ servers: url, reconnectTimeWait: 20, reconnectJitter: 20 });
  onTestFinished(() => transport.close());
  return transport;
}

/** What a watch of the key `colour` tells: a value, or nothing when it was deleted. */
async function watched(transport: Transport) {
  const told: (string | undefined)[] = [];
  const bucket = await transport.bucket("weather", { create: { history: 1 } });
  const listener = ({ data }: EntryChange) => told.push(data && new TextDecoder().decode(data));
  const stop = await bucket.watch("colour", listener);
  return { bucket, told, stop };
}

it("a watch tells once of each change, also of those while it had no connection", async () => {
  const running = await server();
  const transport = await connected(running.url);
  const { bucket, told } = await watched(transport);
  const kinds: string[] = [];
  transport.onStatus(({ kind }) => kinds.push(kind));
  const wait = (expected: readonly (string | undefined)[]) =>
    vi.waitFor(() => expect(told).toEqual(expected), patience);
  await bucket.put("colour", bytes("red"));
  await wait(["red"]);
  await running.crash();
  await running.restart();
  await vi.waitFor(() => expect(kinds.at(-1)).toBe("reconnected"), patience);
  await vi.waitFor(() => bucket.put("colour", bytes("blue")), patience);
  await wait(["red", "blue"]);
  await running.crash();
  await running.restart();
  await vi.waitFor(() => bucket.delete("colour"), patience);
  await wait(["red", "blue", undefined]);
  await vi.waitFor(() => bucket.put("colour", bytes("green")), patience);
  await wait(["red", "blue", undefined, "green"]);
});

it("a watch goes on in a bucket that was deleted and made anew", async () => {
  const running = await server();
  const { bucket, told } = await watched(await connected(running.url));
  await bucket.put("colour", bytes("red"));
  await vi.waitFor(() => expect(told).toEqual(["red"]), patience);
  const connection = await connectClient({ servers: running.url });
  onTestFinished(() => connection.close());
  await (await connection.jetstream().views.kv("weather")).destroy();
  await running.crash();
  await running.restart();
  const again = await watched(await connected(running.url));
  await again.bucket.put("colour", bytes("green"));
  // Both values may have the revision 1, each of its own bucket.
  await vi.waitFor(() => expect(told).toEqual(["red", "green"]), patience);
});

it("a watch does not go back when it begins anew at a server that has not heard the latest", async () => {
  const of = (revision: number, operation: KvEntry["operation"] = "PUT") =>
    ({ key: "colour", operation, revision, value: bytes(`number ${revision}`) }) as KvEntry;
  const beginnings = [
    [of(1), of(2)],
    [of(1), of(2), of(3), of(4, "DEL")],
    [of(3), of(4, "DEL"), of(5)],
  ];
  const told: (string | undefined)[] = [];
  const open = async () => {
    const next = beginnings.shift() ?? [];
    const entries = (async function* () {
      yield* next;
      if (beginnings.length === 0) await new Promise(() => undefined);
    })();
    return { entries: Object.assign(entries, { stop: () => undefined }), bucketCreated: "2026-11-26T13:00:00Z" };
  };
  const watch = new BucketWatch(open, ({ data }) => told.push(data && new TextDecoder().decode(data)));
  onTestFinished(() => watch.stop());
  await watch.begin();
  await vi.waitFor(() => expect(told).toEqual(["number 1", "number 2", "number 3", undefined, "number 5"]), patience);
});

it("a watch that is stopped tells nothing more, whatever the server does", async () => {
  const running = await server();
  const transport = await connected(running.url);
  const { bucket, told, stop } = await watched(transport);
  const other = await watched(transport);
  await bucket.put("colour", bytes("red"));
  await vi.waitFor(() => expect(told).toEqual(["red"]), patience);
  stop();
  await running.crash();
  await running.restart();
  await vi.waitFor(() => bucket.put("colour", bytes("blue")), patience);
  await vi.waitFor(() => expect(other.told).toEqual(["red", "blue"]), patience);
  expect(told).toEqual(["red"]);
});
