/** How long the generated TypeScript takes to compile. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { median, type Row, rounds, versionsOf } from "./row.js";

const run = promisify(execFile);

/** The row of the compiler: all generated files under `strict`, the test of their types included. */
export async function compileRow(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "compile-"));
  try {
    const project = join(folder, "tsconfig.json");
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: "es2022",
      // What Node 20 has.
      lib: ["es2023"],
      module: "nodenext",
      types: ["node"],
      typeRoots: [resolve("node_modules/@types")],
    };
    writeFileSync(project, JSON.stringify({ compilerOptions, include: [resolve("generated/**/*.ts")] }));
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await compile(project));
    const ours = median(times);
    return {
      row: "compiling the generated TypeScript under strict",
      ratio: null,
      target: "less than 5,000 ms",
      met: ours < 5_000,
      unit: "ms",
      ours,
      theirs: null,
      versions: versionsOf("typescript"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compile(project: string): Promise<number> {
  const start = performance.now();
  await run("node_modules/.bin/tsc", ["-p", project]);
  return performance.now() - start;
}
