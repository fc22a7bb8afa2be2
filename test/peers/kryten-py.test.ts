/** Our programs, in both languages, and kryten-py's client as it is published. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commandExamples, eventExamples } from "../interop/examples.js";
import { languages, start } from "../interop/languages.js";
import { hears, type Program } from "../interop/program.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { KrytenClientProcess } from "./kryten-client-process.js";
import { askingCalls, tellingCalls } from "./kryten-py-calls.js";
import { makePeers, patience } from "./make-peers.js";

const resultOf = new Map(commandExamples.map(({ ref, result }) => [ref, result]));

let server: NatsServer;

beforeAll(async () => {
  makePeers();
  server = await startNatsServer();
}, patience);

afterAll(() => server.stop());

describe.each(languages)("a %s service answers kryten-py's client", (language) => {
  let service: Program;
  let client: KrytenClientProcess;

  beforeAll(async () => {
    service = await start(language, server.url);
    for (const name of ["robot", "economy"]) {
      const examples = commandExamples.filter((example) => example.service === name);
      const answers = examples.map(({ command, result }) => [command, { result }]);
      await service.serve(name, Object.fromEntries(answers));
    }
    client = await KrytenClientProcess.start(server.url);
  });

  afterAll(async () => {
    await client.stop();
    await service.stop();
  });

  it.each(tellingCalls)("$method", async ({ method, args, command, asked }) => {
    const before = service.heard.length;
    await client.call(method, args);
    await expect.poll(() => service.heard[before]).toEqual({ name: `kryten/robot/${command}`, value: asked });
  });

  it.each(askingCalls)("$method", async ({ method, args, command, gets }) => {
    const result = resultOf.get(`kryten/robot/${command}`) as never;
    expect(await client.call(method, args)).toEqual(gets(result));
  });

  it("a service that takes its arguments without a wrapping", async () => {
    const data = resultOf.get("kryten/economy/balance.get");
    const reply = { service: "economy", command: "balance.get", success: true, data };
    expect(await client.call("economy_request", ["Lounge", "balance.get", { username: "alice" }])).toEqual(reply);
    expect(service.heard.at(-1)).toEqual({ name: "kryten/economy/balance.get", value: { username: "alice" } });
  });

  it("arguments that no schema has are refused, and say why", async () => {
    const reply = await client.call("economy_request", ["Lounge", "balance.get", { username: 5 }]);
    expect(reply).toMatchObject({
      success: false,
      code: "invalid_request",
      error: expect.stringContaining("/username"),
    });
  });

  it("a command that does not exist is refused at once", async () => {
    const reply = await client.call("economy_request", ["Lounge", "balance.gte", {}]);
    expect(reply).toMatchObject({ success: false, code: "unknown_command" });
  });

  it("a refusal is an error for its caller", async () => {
    const refusing = await start(language, server.url);
    const answer = { refuse: "not_ready", message: "The robot has not started completely." };
    await service.stop();
    await refusing.serve("robot", { "system.channels": answer, "system.ping": answer });
    await expect(client.call("get_channels", [])).rejects.toThrow(answer.message);
    service = refusing;
  });
});

describe.each(languages)("what a %s program publishes", (language) => {
  let publisher: Program;
  let client: KrytenClientProcess;

  beforeAll(async () => {
    publisher = await start(language, server.url);
    client = await KrytenClientProcess.start(server.url);
    for (const { name } of eventExamples) await client.tell("listen", { event: name });
  });

  afterAll(async () => {
    await client.stop();
    await publisher.stop();
  });

  it.each(eventExamples)("$name reaches a handler of kryten-py", async ({ name, payload }) => {
    await publisher.publish(name, payload);
    const heard = await client.hears(name);
    if (heard.type === "RawEvent") expect(heard.payload).toEqual(payload);
    else expect(heard.payload).toMatchObject({ channel: "Lounge", domain: "cytu.be" });
  });

  it("a chat message is one for kryten-py too", async () => {
    expect(await client.hears("chatMsg")).toMatchObject({
      type: "ChatMessageEvent",
      payload: { username: expect.any(String), message: expect.any(String), timestamp: expect.any(String) },
    });
  });
});

describe.each(languages)("the life of kryten-py's client, as a %s program hears it", (language) => {
  let program: Program;

  beforeEach(async () => {
    program = await start(language, server.url);
    for (const name of ["startup", "heartbeat", "shutdown", "connected", "groupRestart"]) {
      await program.listenLifecycle(name);
    }
    return () => program.stop();
  });

  it("from startup to shutdown", async () => {
    const service = { name: "old-bot", version: "0.9", health_port: 8080 };
    const client = await KrytenClientProcess.start(server.url, { service });
    const endpoints = { health: { port: 8080, path: "/health" } };
    const { value } = await hears(program, ({ name }) => name === "startup");
    expect(value).toMatchObject({ service: "old-bot", version: "0.9", metadata: { endpoints } });

    await client.tell("publish_connected", { target: "CyTube" });
    await hears(program, ({ name }) => name === "connected");
    await client.stop();
    await hears(program, ({ name }) => name === "shutdown");
    expect(program.reported).toEqual([]);
  });

  it("it is registered, with its version, until it stops", async () => {
    const before = await KrytenClientProcess.start(server.url, { service: { name: "early-bot", version: "0.8" } });
    await program.follow();
    const registered = (kind: string, service: string, version: string) =>
      expect
        .poll(() => program.heard)
        .toContainEqual({ name: "registry", value: { kind, service, version, contract: null } });
    await registered("appeared", "early-bot", "0.8");
    const client = await KrytenClientProcess.start(server.url, { service: { name: "old-bot", version: "0.9" } });
    await registered("appeared", "old-bot", "0.9");
    await client.stop();
    await registered("stopped", "old-bot", "0.9");
    await before.stop();
    await registered("stopped", "early-bot", "0.8");
  });

  it("a poll finds it", async () => {
    const client = await KrytenClientProcess.start(server.url, { service: { name: "old-bot", version: "0.9" } });
    await hears(program, ({ name }) => name === "startup");
    const before = program.heard.length;
    await program.publishLifecycle("discoveryPoll", {}, "echo-bot");
    await expect.poll(() => program.heard.slice(before).map(({ name }) => name)).toContain("startup");
    await client.stop();
  });

  it("each may ask the other to restart", async () => {
    const client = await KrytenClientProcess.start(server.url, { service: { name: "old-bot", version: "0.9" } });
    await client.tell("on_restart");
    const request = {
      initiator: "echo-bot",
      reason: "new version",
      delay_seconds: 1,
      timestamp: "2026-11-20T10:16:06Z",
    };
    await program.publishLifecycle("groupRestart", request, "echo-bot");
    expect((await client.hears("restart")).payload).toMatchObject({ reason: "new version" });

    await client.tell("restart_all", { reason: "update" });
    const asked = { name: "groupRestart", value: expect.objectContaining({ reason: "update" }) };
    await expect.poll(() => program.heard).toContainEqual(asked);
    await client.stop();
  });
});
