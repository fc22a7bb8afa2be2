/** How long `generate` takes: from nothing, without a change, after a change, and for a large protocol; and its output to compile. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compileRow } from "./compile-row.js";
import { median, type Row } from "./row.js";
import { writeSyntheticProtocol } from "./synthetic-protocol.js";

const rounds = 5;
const built = existsSync("dist/codegen/main.js");
const program = built
  ? [resolve("dist/codegen/main.js")]
  : ["--import", import.meta.resolve("tsx"), resolve("codegen/main.ts")];
const how = built ? "compiled" : "source, through tsx";

// Told by the process itself, when it ends.
const tellMemory = `data:text/javascript,process.on("exit", () => process.stderr.write("maxRSS " + process.resourceUsage().maxRSS + "\\n"));`;

/** The rows of the generator, each the median of processes of their own. */
export async function generatorRows(): Promise<readonly Row[]> {
  const project = mkdtempSync(join(tmpdir(), "generate-"));
  try {
    return [...(await protocolRows(project)), ...(await syntheticRows(project)), await compileRow()];
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

async function protocolRows(project: string): Promise<readonly Row[]> {
  const folder = join(project, "kryten");
  cpSync("schema", join(folder, "schema"), { recursive: true });
  const cold = await repeated(() => generateAnew(folder));
  const unchanged = await repeated(() => generate(folder));
  const written = unchanged.filter(({ output }) => !output.includes("all as the schemas say"));
  return [
    row(`generate, the whole protocol, from nothing (${how})`, cold, 3_000),
    { ...row("its memory", cold, 0), ...inMegabytes(cold, 400) },
    {
      ...row("generate, nothing changed", unchanged, 500),
      target: "at most 500 ms, nothing written",
      met: milliseconds(unchanged) <= 500 && written.length === 0,
    },
    row("generate, an event changed", await changed(folder, "events/chatMsg.json"), 1_000),
    row("generate, a file of shared types changed", await changed(folder, "common/users.json"), 1_000),
    row("generate, protocol.json changed", await changed(folder, "protocol.json"), 1_000),
  ];
}

/** Each time, the file's first description is another. */
async function changed(folder: string, file: string): Promise<readonly Run[]> {
  const path = join(folder, "schema/kryten", file);
  const text = readFileSync(path, "utf8");
  const runs = await repeated((round) => {
    writeFileSync(path, text.replace('"description": "', `"description": "Changed ${round + 1} times. `));
    return generate(folder);
  });
  writeFileSync(path, text);
  return runs;
}

async function syntheticRows(project: string): Promise<readonly Row[]> {
  const [few, many] = [100, 1_000];
  const [small, large] = [join(project, "small"), join(project, "large")];
  writeSyntheticProtocol(join(small, "schema"), few);
  writeSyntheticProtocol(join(large, "schema"), many);
  const ofSmall = await repeated(() => generateAnew(small));
  const ofLarge = await repeated(() => generateAnew(large));
  const [atFew, atMany] = [milliseconds(ofSmall) / few, milliseconds(ofLarge) / many];
  return [
    row(`generate, a made-up protocol of ${many.toLocaleString("en")} messages`, ofLarge, 10_000),
    {
      ...row(`its time for a message; beside a protocol of ${few}`, ofLarge, 0),
      ratio: atMany / atFew,
      target: "at most 1.00",
      met: atMany <= atFew,
      ours: atMany,
      theirs: atFew,
    },
  ];
}

interface Run {
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly output: string;
}

function row(what: string, runs: readonly Run[], most: number): Row {
  const ours = milliseconds(runs);
  return {
    row: what,
    ratio: null,
    target: `at most ${most.toLocaleString("en")} ms`,
    met: ours <= most,
    unit: "ms",
    ours,
    theirs: null,
    versions: { node: process.versions.node },
  };
}

function inMegabytes(runs: readonly Run[], most: number): Pick<Row, "target" | "met" | "unit" | "ours"> {
  const ours = median(runs.map(({ megabytes }) => megabytes));
  return { target: `at most ${most} MB`, met: ours <= most, unit: "MB", ours };
}

function milliseconds(runs: readonly Run[]): number {
  return median(runs.map((run) => run.milliseconds));
}

async function repeated(act: (round: number) => Promise<Run>): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (let round = 0; round <= rounds; round++) runs.push(await act(round));
  // The first warms the file cache.
  return runs.slice(1);
}

// Some file systems make files slowly where many were just removed: each run from nothing has a folder that never was.
let outputs = 0;

function generateAnew(folder: string): Promise<Run> {
  rmSync(join(folder, "node_modules"), { recursive: true, force: true });
  outputs++;
  return generate(folder);
}

/** Runs the command in a folder as a user does, in a process of its own. */
function generate(folder: string): Promise<Run> {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", tellMemory, ...program, "generate", "--schema", "schema", "--out", `out-${outputs}`],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += String(bytes)));
  return new Promise((settle, fail) => {
    child.on("error", fail);
    child.on("close", (status) => {
      if (status !== 0) return fail(new Error(`generate ended with ${status}:\n${output}`));
      const kilobytes = Number(/maxRSS (\d+)/u.exec(output)?.[1]);
      settle({ milliseconds: performance.now() - start, megabytes: kilobytes / 1_000, output });
    });
  });
}
