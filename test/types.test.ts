/** Everything compiles, and what must not compile does not: the type tests (`*.test-d.ts`) are part of the project. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");

test("the project compiles, type tests and golden output included", async () => {
  await run("npx", ["tsc", "-p", "tsconfig.json"], { cwd: root }).catch((error) => {
    throw new Error(error.stdout);
  });
  const listed = await run("npx", ["tsc", "-p", "tsconfig.json", "--listFilesOnly"], { cwd: root, maxBuffer: 1e8 });
  for (const file of [
    "test/generated/types.test-d.ts",
    "test/runtime/types.test-d.ts",
    "generated/kryten/agree.test-d.ts",
  ]) {
    expect(listed.stdout).toContain(file);
  }
}, 120_000);

test("the type tests say what must not compile", async () => {
  const text = await readFile(join(root, "test/generated/types.test-d.ts"), "utf8");
  expect(text.match(/@ts-expect-error/g)?.length).toBeGreaterThan(4);
});
