import { expect, it } from "vitest";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { bytes } from "../support/brokers.js";

const quick = { timeout: 1000 };

it("a broker shows everything that is published to an observer, who is no listener", async () => {
  const broker = createMemoryBroker();
  const [asker, answerer] = [broker.connect(), broker.connect()];
  const subjects: string[] = [];
  const stop = broker.observe(({ subject, respond }) => subjects.push(`${subject} ${respond}`));
  await expect(asker.request("nobody", bytes("x"), quick)).rejects.toMatchObject({ code: "no_responders" });
  answerer.subscribe("ask", ({ respond }) => respond?.(bytes("answer")));
  await asker.request("ask", bytes("x"), quick);
  stop();
  asker.publish("unseen", bytes("x"));
  expect(subjects).toEqual(["nobody undefined", "ask undefined", expect.stringMatching(/^_INBOX\.[0-9]+ undefined$/)]);
});

it("a broker passes on what nobody on it answers, and only that", async () => {
  const world = createMemoryBroker();
  const broker = createMemoryBroker({ fallback: world.connect() });
  const asker = broker.connect();
  const answer = async (subject: string) =>
    new TextDecoder().decode((await asker.request(subject, bytes("x"), quick)).data);
  world.connect().subscribe("*", ({ respond }) => respond?.(bytes("world")));
  broker.connect().subscribe("near", ({ respond }) => respond?.(bytes("near")));
  expect([await answer("near"), await answer("far")]).toEqual(["near", "world"]);
  await expect(asker.request("far.away", bytes("x"), quick)).rejects.toMatchObject({ code: "no_responders" });
});

it("a broker delivers later, never while something is being published", async () => {
  const broker = createMemoryBroker();
  const transport = broker.connect();
  const log: string[] = [];
  transport.subscribe("now", () => log.push("delivered"));
  transport.publish("now", bytes("x"));
  log.push("published");
  await broker.idle();
  expect(log).toEqual(["published", "delivered"]);
});

it("two brokers know nothing of each other", async () => {
  const [one, other] = [createMemoryBroker(), createMemoryBroker()];
  other.connect().subscribe(">", () => expect.unreachable());
  one.connect().publish("a", bytes("x"));
  await one.idle();
  await other.idle();
  await one.connect().bucket("mine", { create: { history: 1 } });
  await expect(other.connect().bucket("mine")).rejects.toMatchObject({ code: "bucket_missing" });
});

it("programs that answer each other without end leave timers their turns", async () => {
  const broker = createMemoryBroker();
  const transport = broker.connect();
  const subscription = transport.subscribe("echo", () => transport.publish("echo", bytes("again")));
  transport.publish("echo", bytes("hello"));
  const idle = broker.idle();
  await new Promise((resolve) => setTimeout(resolve, 1));
  subscription.unsubscribe();
  await idle;
});
