/** The guide for those who move cannot lie: its programs run, the old ones with kryten-py as it is published. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandExamples } from "../interop/examples.js";
import { start } from "../interop/languages.js";
import { LineProcess } from "../interop/line-process.js";
import type { Heard, Program } from "../interop/program.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { makePeers, patience } from "./make-peers.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const guide = await readFile(join(root, "docs/guides/moving-from-kryten-py.md"), "utf8");
const blocks = [...guide.matchAll(/```python\n(.*?)```/gs)].map(([, text = ""]) => text);

/** Programs that run until they are stopped say what file they are. */
const bots = blocks.flatMap((text) => {
  const name = /^# (\w+\.py)\n/.exec(text)?.[1];
  return name === undefined ? [] : [{ name, text }];
});
const examples = blocks.filter((text) => text.includes("# prints: "));

let folder: string;
let server: NatsServer;

beforeAll(async () => {
  makePeers();
  folder = await mkdtemp(join(tmpdir(), "guide-"));
  server = await startNatsServer();
}, patience);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

it("every program of the guide is run", () => {
  expect(bots.length + examples.length).toBe(blocks.length);
  expect(bots.map(({ name }) => name)).toEqual(["old_bot.py", "both_bots.py", "new_bot.py"]);
});

it.each(examples)("prints what it says: program %#", async (text) => {
  const file = join(folder, "program.py");
  await writeFile(file, text);
  const environment = { ...process.env, PYTHONPATH: join(root, "generated/python"), PYTHONDONTWRITEBYTECODE: "1" };
  const { stdout } = await run(join(root, ".venv/bin/python"), [file], { env: environment });
  const promised = [...text.matchAll(/^# prints: (.*)$/gm)].map((match) => match[1]);
  expect(stdout.trimEnd().split("\n")).toEqual(promised);
});

describe("the bot that moves", () => {
  let channel: Program;

  beforeAll(async () => {
    channel = await start("TypeScript", server.url);
    await channel.listenLifecycle("startup");
    const robot = commandExamples.filter(({ service }) => service === "robot");
    await channel.serve("robot", Object.fromEntries(robot.map(({ command, result }) => [command, { result }])));
  });

  afterAll(() => channel.stop());

  /** Starts a program of the guide, and waits until it says that it is there. */
  async function startBot(name: string, text: string): Promise<LineProcess> {
    await writeFile(join(folder, name), text);
    const before = channel.heard.length;
    const bot = new LineProcess({
      environment: ".venv-peers/kryten-py",
      script: join(folder, name),
      arguments: [],
      environmentVariables: { NATS_URL: server.url },
      hear: () => undefined,
    });
    await bot.until(() => channel.heard.slice(before).find((heard) => heard.name === "startup"));
    return bot;
  }

  function pongsTo(username: string): number {
    const pong = { message: `pong, ${username}` };
    const isPong = ({ name, value }: Heard) => name === "kryten/robot/say" && isDeepStrictEqual(value, pong);
    return channel.heard.filter(isPong).length;
  }

  /** `startup` is said before the handlers are registered, so a bot is pinged until it answers `count` times. */
  async function answers(username: string, count: number): Promise<void> {
    const names: string[] = [];
    const pingOnceMore = async () => {
      const name = `${username} ${names.length}`;
      names.push(name);
      await channel.publish("chatMsg", { username: name, msg: "!ping", meta: {}, time: 1 });
      return name;
    };
    const most = async () => {
      await pingOnceMore();
      return Math.max(...names.map(pongsTo));
    };
    await expect.poll(most, { timeout: 10_000, interval: 500 }).toBe(count);
    // Whoever answers too often has done so when one more is answered.
    const last = await pingOnceMore();
    await expect.poll(() => pongsTo(last), { timeout: 10_000 }).toBe(count);
    expect(Math.max(...names.map(pongsTo))).toBe(count);
  }

  it.each(bots)("answers: $name", async ({ name, text }) => {
    const bot = await startBot(name, text);
    await answers(name, 1);
    await bot.kill();
  });

  it("answers twice while the old one and the new one both run", async () => {
    const running: LineProcess[] = [];
    for (const { name, text } of bots.filter((bot) => bot.name !== "both_bots.py")) {
      running.push(await startBot(name, text));
    }
    await answers("alice", 2);
    for (const bot of running) await bot.kill();
  });
});
