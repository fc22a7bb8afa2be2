/** The guide on deployment cannot lie: its bot runs with its configuration on its server, and its alerts have metrics. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { connect, kryten, krytenClientConfig } from "../generated/index.js";
import { loadConfiguration } from "../runtime/config/index.js";
import { simulate } from "../runtime/testing.js";
import { createAuthority } from "./support/certificates.js";
import { freePorts } from "./support/free-ports.js";
import { startNatsServer } from "./support/nats-server.js";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, ".cache/deployment");
const guide = await readFile(join(root, "docs/guides/deployment-and-monitoring.md"), "utf8");

/** The file of the guide that begins with this line. */
function fileNamed(name: string): string {
  const block = [...guide.matchAll(/```\w+[^\n]*\n(.*?)```/gs)].find(([, text]) =>
    text?.split("\n")[0]?.endsWith(name),
  );
  return block?.[1] ?? expect.fail(`the guide has no file ${name}`);
}

const program = fileNamed("echo-bot.ts");
const configuration = fileNamed("config.yaml");
const unit = fileNamed("echo-bot.service");

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
});

/** The guide's server, on a free port, with certificates of the test's own. */
async function startServer(): Promise<{ url: string; ca: string }> {
  const authority = await createAuthority();
  const own = await authority.issue("server");
  await copyFile(own.certificate, join(folder, "server.pem"));
  await copyFile(own.key, join(folder, "server.key"));
  vi.stubEnv("ROBOT_PASSWORD", "for-the-robot");
  vi.stubEnv("ECHO_BOT_PASSWORD", "for-the-bot");
  const text = fileNamed("nats-server.conf")
    .replace("0.0.0.0:4222", "127.0.0.1:-1")
    .replace("127.0.0.1:8222", "127.0.0.1:-1")
    .replace("/var/lib/nats", join(folder, "jetstream"))
    .replaceAll("/etc/nats", folder);
  const server = await startNatsServer({ configuration: text, jetStream: false });
  onTestFinished(server.stop);
  return { url: server.url, ca: authority.certificate };
}

/** The guide's bot, with the guide's configuration. */
async function startBot(url: string, ca: string, port: number) {
  await writeFile(join(folder, "echo-bot.ts"), program);
  const file = join(folder, "config.yaml");
  await writeFile(file, configuration.replace("/etc/echo-bot/ca.pem", ca).replace("28282", String(port)));
  const child = spawn(process.execPath, ["--import", "tsx", join(folder, "echo-bot.ts"), file], {
    cwd: root,
    env: { ...process.env, NATS_URL: url, NATS_PASSWORD: "for-the-bot" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return { child, output: () => output, ended: once(child, "exit") };
}

test("its bot runs on its server, is watched, has metrics for its alerts, and stops when told to", async () => {
  const { url, ca } = await startServer();
  const [port = 0] = await freePorts(1);
  const robot = await connect(kryten, {
    servers: url,
    tls: { caFile: ca },
    user: "robot",
    pass: "for-the-robot",
    channels: ["lounge"],
  });
  onTestFinished(() => robot.close());
  const said: string[] = [];
  await simulate(robot, "robot", {
    sendChat: ({ message }) => {
      said.push(message);
      return {};
    },
  });
  const bot = await startBot(url, ca, port);
  const page = async (path: string) => await fetch(`http://127.0.0.1:${port}${path}`);
  await vi.waitFor(async () => expect((await page("/ready")).status, bot.output()).toBe(200), { timeout: 20_000 });
  await vi.waitFor(() => {
    robot.publish("chatMsg", { username: "alice", msg: "!ping", meta: {}, time: 1 });
    expect(said).toContain("pong");
  });
  expect(await (await page("/health")).json()).toMatchObject({ status: "healthy", service: { name: "echo-bot" } });

  const metrics = await (await page("/metrics")).text();
  const exposed = new Set([...metrics.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  // The Python package is called as if it were one.
  const named = guide.match(/\b(?:kryten|nodejs|process)_(?!protocol\b)[a-z0-9_]+/g) ?? [];
  const names = named.map((name) => name.replace(/_count$/, ""));
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !exposed.has(name))).toEqual([]);

  bot.child.kill("SIGTERM");
  expect(await bot.ended, bot.output()).toEqual([0, null]);
  expect(bot.output()).not.toContain("connection_failed");
}, 60_000);

test("its alerts are rules that Prometheus can read", () => {
  const { groups } = parse(fileNamed("alerts.yaml")) as { groups: { rules: { alert: string; expr: string }[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  for (const { alert, expr } of rules) {
    expect(alert).toMatch(/^[A-Z]\w+$/);
    for (const [open, close] of ["()", "[]", "{}"]) {
      expect(expr.split(open ?? "").length, expr).toBe(expr.split(close ?? "").length);
    }
  }
});

test("its error is what a mistake brings about", async () => {
  const promised = /```text\n(.*?)\n```/s.exec(guide)?.[1];
  const file = join(folder, "mistaken.yaml");
  const mistaken = configuration.replace(/ {2}servers.*\n/, "  server: nats\n").replace(/ {2}user.*\n/, "");
  await writeFile(file, mistaken);
  const failure = await loadConfiguration(krytenClientConfig, file, { variables: {} }).catch((reason: Error) => reason);
  expect(failure).toBeInstanceOf(Error);
  expect(String((failure as Error).message).replaceAll(file, "config.yaml")).toBe(promised);
});

test("its unit waits longer than the bot takes to drain, and names its files", () => {
  const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  expect(seconds).toBeGreaterThan(8);
  expect(unit).toContain("/etc/echo-bot/config.yaml");
  expect(configuration).toContain("/etc/echo-bot/");
});
