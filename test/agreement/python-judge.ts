/** What Python makes of values, asked of a process that lives as long as it is asked. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

import type { Verdict } from "./verdict.js";

/** A payload, as Python finds it. */
export interface PythonPayload {
  readonly package: string;
  readonly ref: string;
}

/** How the process is started. */
export interface PythonJudgeOptions {
  /** The folder that holds the generated packages. */
  readonly packages: string;
  /** The judge of the two that is to have a defect. */
  readonly defect?: "model" | "schema" | undefined;
}

const lineFeed = Uint8Array.of(0x0a);

/** A process that runs judge.py. */
export class PythonJudge {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #failure = "";

  constructor({ packages, defect }: PythonJudgeOptions) {
    const args = ["test/agreement/judge.py", ...(defect === undefined ? [] : ["--defect", defect])];
    const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" };
    this.#process = spawn(".venv/bin/python", args, { env });
    const fail = (text: string) => {
      this.#failure += text;
    };
    this.#process.stderr.setEncoding("utf8").on("data", fail);
    this.#process.on("error", ({ message }) => fail(`${message}: \`make .venv/requirements.txt\` installs it`));
    // Whoever waits for an answer is told.
    this.#process.stdin.on("error", () => undefined);
    this.#answers = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** Hands in values of a payload; none has a line feed. */
  submit({ package: name, ref }: PythonPayload, values: readonly Uint8Array[]): void {
    const header = Buffer.from(`${name} ${ref} ${values.length}\n`);
    this.#process.stdin.write(Buffer.concat([header, ...values.flatMap((value) => [value, lineFeed])]));
  }

  /** The verdicts on the values that were handed in first, of those not yet answered. */
  async verdicts(): Promise<readonly Verdict[]> {
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`the judge in Python ended: ${this.#failure}`);
    return [...value].map(Number);
  }

  /** Lets the process end. */
  close(): void {
    this.#process.stdin.end();
  }
}
