/** A TypeScript program in a process of its own, which says what happens to it: one JSON value a line. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished, vi } from "vitest";

/** A running program. It is killed when the test is over. */
export interface Program {
  /** What it has said so far. */
  readonly said: readonly unknown[];
  signal(name: NodeJS.Signals): void;
  /** Resolves as soon as what it has said passes the check, and rejects when it ends before. */
  says(check: (said: readonly unknown[]) => void): Promise<void>;
  /** Resolves when it has ended by itself: with its status, or the signal that ended it, and its complaints. */
  ended(): Promise<{ readonly status: number | string; readonly complaints: string }>;
}

const patience = { timeout: 120_000, interval: 20 };

/** Starts a program of the project. It ends badly when a promise is rejected that nobody handles. */
export function startProgram(path: string, ...parameters: readonly string[]): Program {
  const started = spawn(process.execPath, ["--expose-gc", "--import", "tsx", path, ...parameters], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void started.kill("SIGKILL"));
  const said: unknown[] = [];
  const output = createInterface(started.stdout).on("line", (line) => said.push(JSON.parse(line)));
  let complaints = "";
  started.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  const end = Promise.all([once(started, "close"), once(output, "close")]);
  const status = () => started.signalCode ?? started.exitCode;
  return {
    said,
    signal: (name) => void started.kill(name),
    says: async (check) => {
      const early = end.then(() => {
        try {
          check(said);
        } catch (cause) {
          throw new Error(`${path} ended with ${status()}: ${complaints}`, { cause });
        }
      });
      await Promise.race([vi.waitFor(() => check(said), patience), early]);
    },
    ended: async () => {
      await end;
      return { status: status() ?? "unknown", complaints };
    },
  };
}
