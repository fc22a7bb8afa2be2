/** The packed tarball, installed into an empty project, works for a consumer. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
let folder: string;
let tarball: string;

/** Runs a program in the consumer's folder; a failure shows what it printed. */
async function consumer(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { cwd: folder, maxBuffer: 1e8 }).catch((error) => {
    throw new Error(`${program} ${args.join(" ")} failed\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "consumer-"));
  await cp(join(import.meta.dirname, "consumer"), folder, { recursive: true });
  await run("make", ["build"], { cwd: root });
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "no tarball");
  await consumer(
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    tarball,
    "typescript@7.0.2",
    "@types/node@20",
  );
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("every door opens under Node", async () => {
  expect(JSON.parse(await consumer("node", "doors.mjs"))).toEqual({
    functions: true,
    protocol: "kryten",
    message: "kryten/events/chatMsg",
    schema: "kryten",
  });
});

test("whatever a door throws is of one class, and printed under its name", async () => {
  expect(JSON.parse(await consumer("node", "errors.mjs"))).toEqual({
    ".": "connection_failed",
    "./runtime": "invalid_subject",
    "./testing": "invalid_argument",
    "./config": "invalid_configuration",
    "./http": "invalid_argument",
    "./codegen": "invalid_subject",
  });
});

// The strictest settings skip the checks of libraries: the types of the NATS client do not stand exactOptionalPropertyTypes.
test.each(["nodenext", "bundler", "strictest"])(
  "its types compile with tsconfig.%s.json",
  async (configuration) => {
    await consumer("npx", "tsc", "-p", `tsconfig.${configuration}.json`);
  },
  120_000,
);

test("a consumer's test, written with kryten-sdk/testing, passes", async () => {
  await consumer("npx", "tsc", "-p", "tsconfig.nodenext.json");
  expect(await consumer("node", "--test", "bot.test.mjs")).toMatch(/pass 1\n/);
}, 120_000);

test("the command line works, with the schemas that are in the package", async () => {
  const entries = JSON.parse(await consumer("npx", "kryten-sdk", "list", "--json"));
  expect(entries).toContainEqual(expect.objectContaining({ ref: "kryten/robot/say", kind: "command" }));

  await writeFile(join(folder, "lines.jsonl"), '{"name":"Bob"}\n{"name":5}\n');
  const outcome = await run("npx", ["kryten-sdk", "validate", "kryten/events/userLeave", "lines.jsonl"], {
    cwd: folder,
  }).catch((error) => error);
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toMatch(/^line 2: \/name must be a string/);
});

test("the command line generates from a consumer's own schemas, and the output compiles", async () => {
  await cp(join(root, "test/cases/discriminated-union/schema"), join(folder, "schema"), { recursive: true });
  await consumer("npx", "kryten-sdk", "generate", "--schema", "schema", "--out", "generated");
  await writeFile(
    join(folder, "tsconfig.generated.json"),
    JSON.stringify({
      extends: "./tsconfig.strictest.json",
      files: [],
      include: ["generated/**/*.ts"],
      compilerOptions: { noEmit: true },
    }),
  );
  await consumer("npx", "tsc", "-p", "tsconfig.generated.json");
}, 120_000);

test("publint and attw find nothing to complain about", async () => {
  await run("npx", ["publint", "--strict", tarball], { cwd: root });
  await run("npx", ["attw", tarball, "--profile", "esm-only", "--exclude-entrypoints", "./schema/*"], { cwd: root });
}, 120_000);
