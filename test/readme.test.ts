/** The README cannot lie: its commands exist and its programs run. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, kryten } from "../generated/index.js";
import { simulate } from "../runtime/testing.js";
import { runCli } from "./support/cli.js";
import { startNatsServer } from "./support/nats-server.js";

const root = resolve(import.meta.dirname, "..");
const readme = await readFile(join(root, "README.md"), "utf8");

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map((match) => match[1] ?? "");
}

/** Starts a TypeScript program from the README, as a file in the project's folder. */
async function start(name: string, program: string) {
  await mkdir(join(root, ".cache/readme"), { recursive: true });
  const file = join(root, ".cache/readme", name);
  await writeFile(file, program);
  const child = spawn(process.execPath, ["--import", "tsx", file], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const closed = once(child, "close");
  return { child, output: () => output, status: async () => (await closed)[0] as number | null };
}

let server: Awaited<ReturnType<typeof startNatsServer>>;
beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());

const [bot = "", testProgram = ""] = blocks("ts");

test("the bot answers a ping on a real server, and stops when told to", async () => {
  const robot = await connect(kryten, {
    servers: server.url,
    channels: ["lounge"],
    service: { name: "robot", version: "1.0.0" },
  });
  const said = new Promise<string>((heard) => {
    void simulate(robot, "robot", {
      sendChat: ({ message }) => {
        heard(message);
        return {};
      },
      addMedia: () => ({ uid: 42 }),
    });
  });
  const program = await start("bot.ts", bot.replace("nats://localhost:4222", server.url));
  await expect.poll(program.output, { timeout: 20_000 }).toContain("queued as 42");
  robot.channel("lounge").publish("chatMsg", { username: "alice", msg: "!ping", meta: {}, time: 1 });
  expect(await said).toBe("pong");
  program.child.kill("SIGTERM");
  expect(await program.status()).toBe(0);
  await robot.close();
});

test("the test prints what its comment says", async () => {
  const program = await start("test-bed.ts", testProgram);
  expect(await program.status()).toBe(0);
  const promised = testProgram
    .split("\n")
    .find((line) => line.startsWith("// ["))
    ?.slice(3);
  expect(program.output().trim()).toBe(promised);
});

test("its command lines are ones, and the call reaches the robot", async () => {
  const lines = [...readme.matchAll(/^kryten-sdk (.*?)(?: +#.*)?$/gm)].map((match) => (match[1] ?? "").split(" "));
  const call = lines.find(([command]) => command === "call") ?? [];
  const robot = await connect(kryten, { servers: server.url, channels: ["lounge"] });
  const said: string[] = [];
  await simulate(robot, "robot", {
    sendChat: ({ message }) => {
      said.push(message);
      return {};
    },
  });
  expect(await runCli(call, { env: { NATS_URL: server.url } })).toMatchObject({ status: 0, stdout: "done\n" });
  expect(said).toEqual(["hi"]);
  await robot.close();

  const helps = lines.map(([command = "", ...rest]) => runCli([command, ...rest, "--help"]));
  expect((await Promise.all(helps)).map(({ status, stderr }) => ({ status, stderr }))).toEqual(
    lines.map(() => ({ status: 0, stderr: "" })),
  );
});

test("every make target it names is one", async () => {
  const makefile = await readFile(join(root, "Makefile"), "utf8");
  const named = [...readme.matchAll(/(?:^|`)make ([a-z-]+)/gm)].map((match) => match[1] ?? "");
  expect(named).toContain("demo");
  expect(named.filter((target) => !makefile.includes(`\n${target}:`))).toEqual([]);
});

test("every link leads somewhere", async () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? "");
  expect(links.length).toBeGreaterThan(3);
  await Promise.all(links.map((link) => import("node:fs/promises").then(({ access }) => access(join(root, link)))));
});
