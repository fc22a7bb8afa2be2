/** What the tools of NATS are told by services in either language. */
import { connect, type NatsConnection, type QueuedIterator, RequestStrategy } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { type CommandExample, commandExamples, commandStyles } from "./examples.js";
import { type Language, languages, start } from "./languages.js";
import type { Answer, Program } from "./program.js";

/** A service in one language, on a server of its own. */
interface Side {
  readonly server: NatsServer;
  readonly program: Program;
  readonly tools: NatsConnection;
}

const program = { name: "all-rounder", version: "1.2.3" };
/** One service for each envelope. */
const services = [...new Set(commandStyles.map(({ service }) => service))];

let sides: readonly Side[];

beforeAll(async () => {
  sides = await Promise.all(languages.map((language) => asked(language)));
});

afterAll(async () => {
  for (const side of sides) {
    await side.program.stop();
    await side.tools.close();
    await side.server.stop();
  }
});

/** A program that is those services, once it has been asked everything that it can be asked. */
async function asked(language: Language): Promise<Side> {
  const server = await startNatsServer();
  const side = { server, program: await start(language, server.url, { service: program }) };
  const caller = await start("TypeScript", server.url);
  for (const name of services) {
    const examples = commandExamples.filter(({ service, isAnswered }) => service === name && isAnswered);
    const answers = examples.map((example, index) => [example.command, answerTo(example, index)]);
    await side.program.serve(name, Object.fromEntries(answers));
    for (const example of examples) await caller.call(example, example.args).catch(() => undefined);
  }
  await caller.stop();
  return { ...side, tools: await connect({ servers: server.url }) };
}

/** One after the other: a result, a refusal, a failure. */
function answerTo({ result }: CommandExample, index: number): Answer {
  if (index % 3 === 0) return { result };
  return index % 3 === 1 ? { refuse: "too_late", message: "not today" } : { raise: "a secret" };
}

/** What the client of NATS for services reads. */
async function read({ tools }: Side, verb: "ping" | "info" | "stats", service?: string): Promise<readonly object[]> {
  const maxMessages = service === undefined ? services.length : 1;
  const finder = tools.services.client({ strategy: RequestStrategy.Count, maxMessages, maxWait: 5000 });
  const answers: object[] = [];
  for await (const answer of (await finder[verb](service)) as QueuedIterator<object>) answers.push(answer);
  return answers;
}

/** What differs between two runs of one program. */
const ofItsRun = new Set(["id", "instance", "started", "processing_time", "average_processing_time"]);

function withoutItsRun(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value) => (ofItsRun.has(name) ? `some ${typeof value}` : value));
}

it("every service is found, in either language", async () => {
  for (const side of sides) expect(await read(side, "ping")).toHaveLength(services.length);
});

describe.each(services)("the service %s", (service) => {
  it.each(["ping", "info", "stats"] as const)("says the same in both languages, asked for its %s", async (verb) => {
    const [one, other] = await Promise.all(
      sides.map(async (side) => (await read(side, verb, service)).map(withoutItsRun)),
    );
    expect(one).toHaveLength(1);
    expect(other).toEqual(one);
  });
});
