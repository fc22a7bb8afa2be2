/** Our typed clients, in both languages, and the robot as it is published. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandExample, commandExamples, eventExamples } from "../interop/examples.js";
import { languages, start } from "../interop/languages.js";
import { hears, type Program } from "../interop/program.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { makePeers, patience } from "./make-peers.js";
import { framesOf } from "./robot-frames.js";
import { Robot } from "./robot-process.js";

/** Arguments that suit the recorded state of the channel. */
const suited: Readonly<Record<string, unknown>> = {
  unban: { username: "zed" },
  "system.shutdown": { delay_seconds: 0, reason: "test" },
};

/** Those after which there is no connection to CyTube, or no robot. */
const last = ["restart", "halt", "reconnect", "system.shutdown"];

const working = commandExamples.filter(({ service, isWorking }) => service === "robot" && isWorking);

beforeAll(makePeers, patience);

it("it is known what the robot sends to CyTube for each working command", () => {
  expect(Object.keys(framesOf).toSorted()).toEqual(working.map(({ command }) => command).toSorted());
});

describe.each(languages)("a %s program and the robot", (language) => {
  let server: NatsServer;
  let robot: Robot;
  let program: Program;

  async function ask(example: CommandExample): Promise<unknown> {
    return program.call(example, suited[example.command] ?? example.args, 10);
  }

  beforeAll(async () => {
    server = await startNatsServer();
    program = await start(language, server.url);
    await program.listenLifecycle("startup");
    await program.follow();
    robot = new Robot(server.url);
    // It says where it is when it takes commands.
    await robot.until(() => program.heard.find(({ name, value }) => name === "startup" && isReady(value)));
  });

  afterAll(async () => {
    await program.stop();
    await robot.stop();
    await server.stop();
  });

  it.each(working.filter(({ command }) => !last.includes(command)))("$command", async (example) => {
    const frames = framesOf[example.command] ?? [];
    const before = robot.frames.length;
    await ask(example);
    await robot.until(() => robot.frames[before + frames.length - 1] ?? (frames.length === 0 || undefined));
    expect(robot.frames.slice(before)).toEqual(frames);
  });

  it("what CyTube sends arrives as an event", async () => {
    for (const event of ["chatMsg", "usercount", "addUser"]) {
      const payload = eventExamples.find(({ name }) => name === event)?.payload;
      await program.listen(event);
      robot.receive(event, payload);
      expect((await hears(program, ({ name }) => name === event)).value).toEqual(payload);
    }
  });

  it("what the robot keeps is read", async () => {
    const { value } = (await program.read({ ref: "kryten/state/userlist/users", parts: {} })) ?? {};
    expect(value).toContainEqual(expect.objectContaining({ name: "Bob" }));
  });

  it("the robot is registered since it started", async () => {
    const registered = {
      kind: "appeared",
      service: "robot",
      version: expect.stringMatching(/^[0-9.]+$/),
      contract: null,
    };
    await expect.poll(() => program.heard).toContainEqual({ name: "registry", value: registered });
  });

  it("what the robot refuses is an error with the declared code", async () => {
    const unban = { service: "robot", command: "unban" };
    await expect(program.call(unban, { username: "nobody" })).rejects.toMatchObject({
      code: "command_failed",
      serviceCode: "not_banned",
    });
  });

  it("the robot registers a program that starts, hears that it is alive, and forgets one that stops", async () => {
    const services = { service: "robot", command: "system.services" };
    const registered = async (): Promise<Registered | undefined> => {
      const { services: all } = (await program.call(services, {})) as { services: readonly Registered[] };
      return all.find(({ name }) => name === "echo-bot");
    };
    const bot = await start(language, server.url, { service: { name: "echo-bot", version: "1.2.3" } });
    await expect.poll(registered).toMatchObject({ version: "1.2.3", is_stale: false });
    await expect.poll(async () => (await registered())?.heartbeat_count, { timeout: 5000 }).toBeGreaterThan(0);
    await bot.stop();
    await expect.poll(registered).toBeUndefined();
  });

  it.each(last)("%s", async (command) => {
    await ask(working.find((each) => each.command === command) as CommandExample);
  });

  it("it ended when it was told to", async () => {
    await robot.ended();
    expect(robot.status).toBe(0);
  });
});

interface Registered {
  readonly name: string;
  readonly heartbeat_count: number;
}

function isReady(startup: unknown): boolean {
  return typeof startup === "object" && startup !== null && "commands_enabled" in startup;
}
