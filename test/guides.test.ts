/** The guides cannot lie: every program in them compiles, runs, and prints what it says it does. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const guides = join(root, "docs/guides");
const folder = join(root, ".cache/guides");

interface Program {
  readonly name: string;
  readonly text: string;
  /** Only compiled: it needs a world that a test does not have. */
  readonly compiledOnly: boolean;
}

const programs: Program[] = [];
for (const guide of (await readdir(guides)).filter((name) => name.endsWith(".md")).sort()) {
  const blocks = [...(await readFile(join(guides, guide), "utf8")).matchAll(/```ts( no-run)?\n(.*?)```/gs)];
  blocks.forEach(([, noRun, text = ""], index) => {
    programs.push({ name: `${guide.slice(0, -3)}-${index + 1}.ts`, text, compiledOnly: noRun !== undefined });
  });
}

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(programs.map(({ name, text }) => writeFile(join(folder, name), `${text}export {};\n`)));
});

test("the programs of all guides compile", async () => {
  const configuration = join(folder, "tsconfig.json");
  await writeFile(
    configuration,
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { noUnusedLocals: false }, include: ["*.ts"] }),
  );
  await run("npx", ["tsc", "-p", configuration], { cwd: root }).catch((error) => {
    throw new Error(error.stdout);
  });
}, 60_000);

describe("prints what it says:", () => {
  test.each(programs.filter(({ compiledOnly }) => !compiledOnly))("$name", async ({ name, text }) => {
    const { stdout } = await run(process.execPath, ["--import", "tsx", join(folder, name)], { cwd: root });
    const promised = [...text.matchAll(/^\/\/ prints: (.*)$/gm)].map((match) => match[1]);
    expect(promised.length).toBeGreaterThan(0);
    expect(stdout.trimEnd().split("\n")).toEqual(promised);
  });
});
