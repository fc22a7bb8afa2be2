import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** What a run of the command line gave. */
export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the command line is started. */
export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

const main = resolve("codegen/main.ts");

/**
 * Run the command line as a user does.
 *
 * @param options `cwd`: the folder it is started in, by default the project's; `input`: what it reads from standard input
 */
export function runCli(args: readonly string[], { cwd = ".", env = {}, input = "" }: CliOptions = {}): Promise<CliRun> {
  const loader = import.meta.resolve("tsx");
  const child = spawn(process.execPath, ["--import", loader, main, ...args], { cwd, env: { ...process.env, ...env } });
  child.stdin.on("error", () => undefined).end(input);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((done, fail) => {
    child.on("error", fail).on("close", (status) => done({ status, stdout, stderr }));
  });
}
