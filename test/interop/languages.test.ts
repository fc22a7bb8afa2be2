import { connect as connectClient, type Msg } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/index.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import {
  type CommandExample,
  commandEnvelopes,
  commandExamples,
  commandStyles,
  eventExamples,
  keyExamples,
  lifecycleExamples,
} from "./examples.js";
import { type Language, type StartOptions, start as startProgram } from "./languages.js";
import { type Answer, hears, type Program } from "./program.js";

const pairs = [
  { one: "TypeScript", other: "Python" },
  { one: "Python", other: "TypeScript" },
] as const;

/** How both languages name the contract in a header field. */
const spoken = `kryten@${kryten.hash}`;

let server: NatsServer;
const running: Program[] = [];
const services: Program[] = [];

beforeAll(async () => {
  server = await startNatsServer();
});

afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
});

afterAll(async () => {
  for (const program of running) await program.stop();
  await server.stop();
});

async function start(language: Language): Promise<Program> {
  const program = await startProgram(language, server.url);
  running.push(program);
  return program;
}

/** A program that answers for every service as told, until the test is over. */
async function answering(
  language: Language,
  answerTo: (example: CommandExample) => Answer,
  options?: StartOptions,
): Promise<Program> {
  const program = await startProgram(language, server.url, options);
  services.push(program);
  for (const service of new Set(commandExamples.map((example) => example.service))) {
    const answers = commandExamples
      .filter((example) => example.service === service && example.isAnswered)
      .map((example) => [example.command, answerTo(example)]);
    await program.serve(service, Object.fromEntries(answers));
  }
  return program;
}

it("every envelope of commands has a command to try it with", () => {
  expect(new Set(commandExamples.map(({ envelope }) => envelope))).toEqual(new Set(commandEnvelopes));
});

describe.each(pairs)("a $one client and a $other service", ({ one, other }) => {
  let client: Program;

  beforeAll(async () => {
    client = await start(one);
  });

  it("every command arrives with its arguments, and its result as it was sent", async () => {
    const service = await answering(other, ({ result }) => ({ result }));
    for (const example of commandExamples) {
      const result = await client.call(example, example.args);
      if (example.isAnswered) expect(result, example.ref).toEqual(example.result);
      const heard = await hears(service, ({ name }) => name === example.ref);
      expect(heard, example.ref).toEqual({ name: example.ref, value: example.args, contract: spoken });
    }
    expect(service.reported).toEqual([]);
  });

  it("every message of a request names the contract that both keep to", async () => {
    const watching = await connectClient({ servers: server.url });
    const said: unknown[] = [];
    const callback = (_: unknown, { headers }: Msg) => said.push(headers?.get("Contract"));
    for (const subject of ["kryten.robot.command", "_INBOX.>"]) watching.subscribe(subject, { callback });
    await watching.flush();
    await answering(other, ({ result }) => ({ result }));
    const example = commandExamples.find(({ service, isAnswered }) => service === "robot" && isAnswered);
    if (example === undefined) throw new Error("the robot has no commands");
    await client.call(example, example.args);
    await expect.poll(() => said).toEqual([spoken, spoken]);
    await watching.close();
  });

  it("a refusal arrives with its code, in every envelope", async () => {
    const service = await answering(other, () => ({ refuse: "too_late", message: "not today" }));
    for (const example of commandStyles) {
      const error = { code: "command_failed", serviceCode: "too_late", message: "not today" };
      await expect(client.call(example, example.args), example.envelope).rejects.toMatchObject(error);
    }
    expect(service.reported).toEqual([]);
  });

  it("what a handler raises stays with the service; the caller hears that it failed", async () => {
    const service = await answering(other, () => ({ raise: "a secret" }));
    for (const example of commandStyles) {
      const error = { code: "handler_failed", message: "handler failed" };
      await expect(client.call(example, example.args), example.envelope).rejects.toMatchObject(error);
    }
    await expect.poll(() => service.reported).toHaveLength(commandStyles.length);
  });

  it("what another service refuses a handler stays with the service, too", async () => {
    const [example, asked] = commandStyles as readonly [CommandExample, CommandExample];
    const ask = { service: asked.service, command: asked.command };
    const service = await answering(other, ({ ref }) =>
      ref === example.ref ? { ask, args: asked.args } : { refuse: "locked", message: "row 77 is locked" },
    );
    const error = { code: "handler_failed", serviceCode: "handler_failed", message: "handler failed" };
    await expect(client.call(example, example.args)).rejects.toMatchObject(error);
    expect(service.reported).toHaveLength(1);
  });

  it("a result that the schema does not have is never sent", async () => {
    await answering(other, () => ({ result: "nothing of the kind" }));
    for (const example of commandStyles) {
      await expect(client.call(example, example.args), example.envelope).rejects.toMatchObject({
        code: "invalid_result",
      });
    }
  });

  it("a handler that hangs is answered for", async () => {
    await answering(other, () => ({ hang: true }), { handlerTimeout: 0.05 });
    const [example] = commandStyles;
    await expect(client.call(example as CommandExample, example?.args)).rejects.toMatchObject({
      code: "handler_timeout",
    });
  });

  it("a service that takes longer than its caller waits is a timeout", async () => {
    await answering(other, () => ({ hang: true }), { handlerTimeout: 1 });
    const [example] = commandStyles;
    await expect(client.call(example as CommandExample, example?.args, 0.1)).rejects.toMatchObject({ code: "timeout" });
  });

  it("without a service there is nobody who listens", async () => {
    for (const example of commandStyles) {
      await expect(client.call(example, example.args), example.envelope).rejects.toMatchObject({
        code: "no_responders",
      });
    }
  });
});

describe.each(pairs)("instances in $one and $other", ({ one, other }) => {
  it.each([
    { of: "the same channels", channels: [["Lounge"], ["Lounge"]] },
    { of: "channels that overlap", channels: [["Lounge", "Movies"], ["Lounge"]] },
  ])("of a service for $of share its requests, in every envelope", async ({ channels: [ofOne, ofOther] }) => {
    const client = await start(one);
    const instances = await Promise.all([one, other].map((language) => startProgram(language, server.url)));
    services.push(...instances);
    const answers = Object.fromEntries(commandStyles.map(({ command, result }) => [command, { result }]));
    for (const service of new Set(commandStyles.map((example) => example.service))) {
      await instances[0]?.serve(service, answers, ofOne);
      await instances[1]?.serve(service, answers, ofOther);
    }
    for (const example of commandStyles) {
      await Promise.all(Array.from({ length: 40 }, () => client.call(example, example.args)));
    }
    for (const { ref } of commandStyles) {
      const counts = instances.map(({ heard }) => heard.filter(({ name }) => name === ref).length);
      expect(Math.min(...counts), ref).toBeGreaterThan(0);
      expect(
        counts.reduce((sum, count) => sum + count),
        ref,
      ).toBe(40);
    }
    expect(client.reported).toEqual([]);
  });
});

describe.each(pairs)("from $one to $other", ({ one, other }) => {
  let sender: Program;
  let receiver: Program;

  beforeAll(async () => {
    sender = await start(one);
    receiver = await start(other);
  });

  it("every event arrives as it was sent", async () => {
    for (const { name } of eventExamples) await receiver.listen(name);
    for (const { name, payload } of eventExamples) await sender.publish(name, payload);
    for (const { name, payload } of eventExamples) {
      const heard = await hears(receiver, (each) => each.name === name);
      expect(heard, name).toEqual({ name, value: payload, contract: spoken });
    }
    expect(receiver.reported).toEqual([]);
  });

  it("every lifecycle message arrives as it was sent", async () => {
    for (const { name } of lifecycleExamples) await receiver.listenLifecycle(name);
    for (const { name, payload } of lifecycleExamples) await sender.publishLifecycle(name, payload, "echo-bot");
    for (const { name, payload } of lifecycleExamples) {
      const { value } = await hears(receiver, (heard) => heard.name === name);
      expect(value, name).toEqual(payload);
    }
    expect(receiver.reported).toEqual([]);
  });

  it("who starts, lives and stops is followed", async () => {
    const service = { name: `bot-in-${one}`, version: "1.2.3" };
    const before = await startProgram(one, server.url, { service });
    await receiver.follow();
    const told = { service: service.name, version: "1.2.3", contract: expect.stringMatching(/./) };
    await expect.poll(() => receiver.heard).toContainEqual({ name: "registry", value: { kind: "appeared", ...told } });
    await before.stop();
    await expect.poll(() => receiver.heard).toContainEqual({ name: "registry", value: { kind: "stopped", ...told } });
  });

  it("who asks everybody to restart is heard when it is time", async () => {
    await receiver.follow();
    const request = { initiator: one, reason: "update", delay_seconds: 0.05, timestamp: "2026-11-20T10:16:06Z" };
    await sender.publishLifecycle("groupRestart", request, "echo-bot");
    const { value } = await hears(receiver, ({ name }) => name === "restart");
    expect(value).toEqual({ source: one, reason: "update", delay: 0.05 });
  });

  it("every key that the one writes is read and watched by the other", async () => {
    for (const key of keyExamples) {
      const revision = await sender.write(key, key.value);
      expect(await receiver.read(key), key.ref).toEqual({ value: key.value, revision });
      await receiver.watch(key);
      const seen = { name: key.ref, value: key.value, revision };
      expect(await hears(receiver, (heard) => heard.name === key.ref)).toEqual(seen);
    }
  });

  it("all keys that share a name are found by the other, each with what its name says", async () => {
    const sharing = keyExamples.filter(({ parts }) => Object.keys(parts).length > 0);
    expect(sharing.length).toBeGreaterThan(0);
    for (const key of sharing) {
      const [[name = "", text = ""] = []] = Object.entries(key.parts);
      const others = [key, { ...key, parts: { ...key.parts, [name]: `${text}-of-${one.toLowerCase()}` } }];
      const written = [];
      for (const { ref, parts } of others) {
        const revision = await sender.write({ ref, parts }, key.value);
        written.push({ parameters: parts, value: key.value, revision });
      }
      for (const [index, { ref, parts }] of others.entries()) {
        expect(await receiver.readAll({ ref, parts }), key.ref).toEqual([written[index]]);
      }
      const { [name]: _, ...rest } = key.parts;
      expect(await receiver.readAll({ ref: key.ref, parts: rest }), key.ref).toEqual(expect.arrayContaining(written));
    }
  });

  it("a key that the other changed in between is not overwritten", async () => {
    const [key] = keyExamples;
    if (key === undefined) throw new Error("there are no keys");
    const revision = await sender.write(key, key.value);
    await receiver.write(key, key.value);
    await expect(sender.write(key, key.value, revision)).rejects.toMatchObject({ code: "key_conflict" });
  });
});
