/** A program in another process that is told things, and tells things, one JSON value a line. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What to start. */
export interface LineProgram {
  /** Of the project: the folder of a virtual environment. */
  readonly environment: string;
  /** A Python file: of the project, or anywhere. */
  readonly script: string;
  readonly arguments: readonly string[];
  readonly environmentVariables?: Readonly<Record<string, string>>;
  /** Called with each value that it tells. */
  readonly hear: (said: never) => void;
}

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** A running program. */
export class LineProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  #log = "";

  constructor({ environment, script, arguments: given, environmentVariables, hear }: LineProgram) {
    this.#process = spawn(path(`${environment}/bin/python`), [resolve(path(""), script), ...given], {
      env: {
        ...process.env,
        ...environmentVariables,
        PYTHONPATH: path("generated/python"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    });
    this.#process.stderr.on("data", (chunk) => {
      this.#log += chunk;
    });
    createInterface(this.#process.stdout).on("line", (line) => hear(JSON.parse(line) as never));
  }

  /** What it said on its standard error. */
  get log(): string {
    return this.#log;
  }

  tell(order: object): void {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
  }

  /** Resolves with what is found, as soon as it is; rejects when the program has ended before. */
  async until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#process.exitCode !== null) throw new Error(`${this.#process.spawnargs[1]} ended: ${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Ends its input, and with it the program. */
  async stop(): Promise<void> {
    this.#process.stdin.end();
    await this.ended();
  }

  /** Ends a program that does not wait for its input. */
  async kill(): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.ended();
  }

  /** Resolves when the program has ended. */
  async ended(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, "exit");
  }
}
