/** Programs in both languages that must not miss an event: one consumer, one stream, and each reads what the other gave up. */
import { type ConsumerConfig, connect, type StreamConfig } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/index.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { type Language, languages, start } from "./languages.js";
import { hears, type Program } from "./program.js";

const { events } = kryten.streams;
if (events === undefined) throw new Error("the protocol has no stream of events");
const made = [events.stream, events.deadLetters.stream];
const pairs = [
  { one: "TypeScript", other: "Python" },
  { one: "Python", other: "TypeScript" },
] as const;

let server: NatsServer;
const running: Program[] = [];

beforeAll(async () => {
  server = await startNatsServer();
});

afterEach(async () => {
  for (const program of running.splice(0)) await program.stop();
});

afterAll(() => server.stop());

async function started(language: Language, url = server.url): Promise<Program> {
  const program = await start(language, url);
  running.push(program);
  return program;
}

/** What a program heard under a name, in order of arrival. */
function values({ heard }: Program, name: string): readonly unknown[] {
  return heard.filter((each) => each.name === name).map(({ value }) => value);
}

it("programs in both languages share one consumer: each event reaches one of them", async () => {
  const members = await Promise.all(languages.map((language) => started(language)));
  for (const member of members) await member.consume("usercount", { name: "shared", inFlight: 8 });
  const [publisher] = members;
  const all = Array.from({ length: 100 }, (_, number) => number);
  for (const number of all) await publisher?.store("usercount", number, `shared-${number}`);
  const shares = () => members.map((member) => values(member, "shared"));
  await expect.poll(() => shares().flat().length).toBe(all.length);
  expect(
    shares()
      .flat()
      .toSorted((left, right) => Number(left) - Number(right)),
  ).toEqual(all);
  expect(Math.min(...shares().map(({ length }) => length))).toBeGreaterThan(5);
});

describe.each(pairs)("$one and $other", ({ one, other }) => {
  it("the other goes on where the one had got to", async () => {
    const name = `heirs-of-${one}`;
    const first = await started(one);
    await first.consume("usercount", { name });
    await first.store("usercount", 1, `${name}-1`);
    await hears(first, (heard) => heard.name === name);
    await first.stop();
    running.splice(0);
    const heir = await started(other);
    await heir.store("usercount", 2, `${name}-2`);
    await heir.consume("usercount", { name });
    await hears(heir, (heard) => heard.name === name);
    expect(values(heir, name)).toEqual([2]);
  });

  it("what the one gave up is read by the other, with its story", async () => {
    const [consumer, reader] = [await started(one), await started(other)];
    const name = `failing-${one}`;
    await reader.readLetters(`${name}-review`);
    await consumer.consume("usercount", { name, hopeless: "no account\nin this house" });
    const { sequence } = await reader.store("usercount", 7, `${name}-7`);
    const { value } = await hears(reader, (heard) => heard.name === `${name}-review`);
    expect(value).toEqual({
      reason: "hopeless",
      message: "no account in this house",
      event: "usercount",
      id: `${name}-7`,
      subject: "kryten.events.cytube.lounge.usercount",
      consumer: name,
      deliveries: 1,
      sequence,
      data: expect.stringContaining('"payload":7'),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it("what the one has stored is stored once, whoever sends it again", async () => {
    const [first, second] = [await started(one), await started(other)];
    const { sequence } = await first.store("usercount", 3, `once-${one}`);
    expect(await second.store("usercount", 3, `once-${one}`)).toEqual({ sequence, duplicate: true });
  });
});

describe("what is made on a server", () => {
  interface Made {
    readonly streams: readonly StreamConfig[];
    readonly consumer: ConsumerConfig;
  }

  async function madeBy(language: Language): Promise<Made> {
    const own = await startNatsServer();
    const program = await start(language, own.url);
    const operator = await connect({ servers: own.url });
    try {
      await program.consume("usercount", { name: "ledger" });
      const { streams, consumers } = await operator.jetstreamManager();
      const configurations = made.map(async (name) => (await streams.info(name)).config);
      return {
        streams: await Promise.all(configurations),
        consumer: (await consumers.info(made[0] ?? "", "ledger")).config,
      };
    } finally {
      await operator.close();
      await program.stop();
      await own.stop();
    }
  }

  it("is the same in both languages", async () => {
    expect(await madeBy("Python")).toEqual(await madeBy("TypeScript"));
  });
});
