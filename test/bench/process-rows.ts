/** What only a process of its own shows: how long importing takes, and how memory grows. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { NatsServer } from "../support/nats-server.js";
import { type Row, sideBySide, versionsOf } from "./row.js";

const run = promisify(execFile);

/** The rows of processes: the time to import, and the memory that a million events leave behind. */
export async function processRows(server: NatsServer): Promise<readonly Row[]> {
  return [await importRow(), await memoryRow(server)];
}

/** Both processes are started alike; only what they import differs. */
async function importRow(): Promise<Row> {
  const built = existsSync("dist/generated/index.js");
  const entry = built ? "./dist/generated/index.js" : "./generated/index.ts";
  const starts = built ? [] : ["--import", "tsx"];
  const { ours, theirs } = await sideBySide(
    () => importTime(starts, entry),
    () => importTime(starts, "nats"),
  );
  return {
    row: `importing the SDK (${built ? "compiled" : "source, through tsx"}); beside nats alone`,
    ratio: null,
    target: "at most 60 ms more",
    met: ours - theirs <= 60,
    unit: "ms",
    ours,
    theirs,
    versions: { node: process.versions.node, ...versionsOf("nats") },
  };
}

/** In ms, as the process itself measures it. */
async function importTime(starts: readonly string[], module: string): Promise<number> {
  const program = `const start = performance.now();
    await import(${JSON.stringify(module)});
    console.log(performance.now() - start);`;
  const { stdout } = await run(process.execPath, [...starts, "--input-type=module", "--eval", program]);
  return Number(stdout);
}

async function memoryRow({ url }: NatsServer): Promise<Row> {
  const { stdout } = await run(process.execPath, ["--expose-gc", "--import", "tsx", "test/bench/memory.ts", url]);
  const growth = Number(stdout);
  return {
    row: "growth of memory over a million events",
    ratio: null,
    target: "less than 20 MB",
    met: growth < 20,
    unit: "MB",
    ours: growth,
    theirs: null,
    versions: { node: process.versions.node, ...versionsOf("nats") },
  };
}
