/** What is no proper request: services in both languages refuse it alike, and callers in both hear the same of it. */
import { connect, type Msg, type NatsConnection } from "nats";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { type CommandExample, commandExamples, commandStyles } from "./examples.js";
import { languages, start } from "./languages.js";
import type { Program, ToldError } from "./program.js";

const mostBytes = 20_000;

interface Spoilt {
  readonly why: string;
  readonly code: string;
  /** What becomes of a proper request; the same where the envelope has no place for what is wrong. */
  readonly spoil: (request: string, example: CommandExample) => string;
}

const spoilt: readonly Spoilt[] = [
  { why: "no JSON", code: "malformed_message", spoil: () => "{" },
  { why: "too many bytes", code: "message_too_large", spoil: (request) => request.padEnd(mostBytes + 1) },
  { why: "no object", code: "invalid_request", spoil: () => "[]" },
  {
    why: "for another service",
    code: "wrong_service",
    spoil: (request, { service }) => request.replace(`"service":"${service}"`, '"service":"nobody"'),
  },
  {
    why: "an unknown command",
    code: "unknown_command",
    spoil: (request, { command }) => request.replace(`"command":"${command}"`, '"command":"nothing"'),
  },
  {
    why: "a command that is no text",
    code: "invalid_request",
    spoil: (request, { command }) => request.replace(`"command":"${command}"`, '"command":7'),
  },
];

/** A server of its own, on which a service in one language answers. */
interface Side {
  readonly server: NatsServer;
  readonly connection: NatsConnection;
  readonly service: Program;
}

let sides: readonly Side[];
let relay: NatsServer;
let relayed: NatsConnection;
let callers: readonly Program[];
/** What callers sent last, and what they get. */
let request: Msg | undefined;
let reply: Msg | undefined;

beforeAll(async () => {
  sides = await Promise.all(
    languages.map(async (language) => {
      const server = await startNatsServer();
      const service = await start(language, server.url, { maximumMessageBytes: mostBytes });
      for (const name of new Set(commandStyles.map((example) => example.service))) {
        const ofService = commandExamples.filter((example) => example.service === name);
        await service.serve(name, Object.fromEntries(ofService.map(({ command, result }) => [command, { result }])));
      }
      return { server, service, connection: await connect({ servers: server.url }) };
    }),
  );
  relay = await startNatsServer();
  relayed = await connect({ servers: relay.url });
  relayed.subscribe("kryten.>", {
    callback: (_, asked) => {
      request = asked;
      asked.respond(reply?.data, reply?.headers ? { headers: reply.headers } : {});
    },
  });
  await relayed.flush();
  callers = await Promise.all(languages.map((language) => start(language, relay.url)));
});

afterAll(async () => {
  await Promise.all(callers.map((caller) => caller.stop()));
  await relayed.close();
  await relay.stop();
  for (const { connection, service, server } of sides) {
    await service.stop();
    await connection.close();
    await server.stop();
  }
});

/** What a caller hears of it when it calls a command. */
async function heardBy(caller: Program, { command, service, args }: CommandExample): Promise<ToldError> {
  return caller.call({ command, service }, args).then(
    (result) => ({ code: "none", message: JSON.stringify(result), serviceCode: null, details: null }),
    (error: ToldError) => error,
  );
}

it.each(spoilt)("$why: $code, in every envelope", async ({ code, spoil }) => {
  const tried: string[] = [];
  for (const example of commandStyles) {
    for (const caller of callers) {
      reply = undefined;
      await heardBy(caller, example);
      const proper = request as Msg;
      const text = spoil(proper.string(), example);
      if (text === proper.string()) continue;
      tried.push(example.envelope);
      const told = new Set<string>();
      for (const { connection } of sides) {
        reply = await connection.request(proper.subject, text);
        const [one, other] = await Promise.all(callers.map((each) => heardBy(each, example)));
        expect(one, example.envelope).toMatchObject({ code });
        expect(other, example.envelope).toEqual(one);
        if (one !== undefined) told.add(one.message);
      }
      // Why bytes are no JSON, each language says in its own words.
      if (code !== "malformed_message") expect([...told], example.envelope).toHaveLength(1);
    }
  }
  expect(tried.length).toBeGreaterThan(commandStyles.length);
});
