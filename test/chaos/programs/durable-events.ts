/**
 * A program that publishes durable events, and two that share them. Says `ready`, then `{stored: n}` now and then; and when
 * all that was stored has been handled, what came of it.
 */
import { connect } from "../../../runtime/client/connect.js";
import { later } from "../../../runtime/durable/verdict.js";
import { loggerOf } from "../../../runtime/observe/logger.js";
import { weather } from "../../runtime/fixture-protocol.js";
import { until } from "../../support/until.js";

const [servers = "", count = "0"] = process.argv.slice(2);
const total = Number(count);
const say = (said: unknown) => process.stdout.write(`${JSON.stringify(said)}\n`);

/** How many events are on their way to the stream at one time. */
const publishers = 32;
const { records } = weather.streams;
if (records === undefined) throw new Error("the protocol has no stream of records");
const delivery = { limit: 5, backoff: [0.1], wait: 5 };
const protocol = { ...weather, streams: { ...weather.streams, records: { ...records, delivery } } };

const complaints: string[] = [];
const open = () =>
  connect(protocol, {
    servers,
    channels: ["Oslo"],
    reconnectTimeWait: 20,
    reconnectJitter: 20,
    requestTimeout: 2000,
    logger: loggerOf(() => () => undefined),
    onError: ({ message }) => complaints.push(message),
    onInvalid: ({ message }) => complaints.push(message),
  });
const [publisher, ...consumers] = [await open(), await open(), await open()];

/** How often each event was handled, and by how many of the two. */
const handled = new Map<string, number>();
const shares = consumers.map(() => 0);
const letters: string[] = [];
let postponed = 0;
for (const [index, consumer] of consumers.entries()) {
  await consumer.durable("gust", { name: "ledger" }, async ({ id = "", payload }, { deliveries }) => {
    await Promise.resolve();
    if (payload % 100 === 0 && deliveries === 1) {
      postponed += 1;
      throw later(50);
    }
    handled.set(id, (handled.get(id) ?? 0) + 1);
    shares[index] = (shares[index] ?? 0) + 1;
  });
}
await publisher.deadLetters("records", { name: "review" }, ({ message }) => void letters.push(message));
say("ready");

let next = 0;
let stored = 0;
let attempts = 0;
let duplicates = 0;

/** Until the server says that it keeps the event: with the same id, that does no harm. */
async function store(number: number): Promise<void> {
  for (;;) {
    attempts += 1;
    try {
      const { duplicate } = await publisher.publishDurable("gust", number, { id: `gust-${number}` });
      duplicates += duplicate ? 1 : 0;
      stored += 1;
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function publish(): Promise<void> {
  while (next < total) {
    const number = next;
    next += 1;
    await store(number);
    if (stored % 100 === 0) say({ stored });
  }
}

await Promise.all(Array.from({ length: publishers }, publish));
say({ stored });
await until("all events are handled", () => handled.size >= total);
for (const client of [publisher, ...consumers]) await client.drain();
const times = [...handled.values()];
const again = times.reduce((sum, count) => sum + count - 1, 0);
say({ stored, handled: handled.size, again, shares, attempts, duplicates, postponed, letters, complaints });
