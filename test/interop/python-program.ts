/** A program in Python: another process, that is told what to do, and tells what came of it. */
import { LineProcess } from "./line-process.js";
import type { Answer, Asked, ConsumerTold, Heard, Key, KeyRecord, Program, ToldError } from "./program.js";

interface Outcome {
  readonly result?: unknown;
  readonly error?: ToldError;
}

interface Said extends Outcome {
  readonly id?: number;
  readonly heard?: Heard;
  readonly reported?: string;
  readonly ready?: true;
}

/** Starts a program, connected to a server, with options of its client. */
export async function startPython(url: string, options: object = {}): Promise<Program> {
  const program = new PythonProgram(url, options);
  await program.ready();
  return program;
}

class PythonProgram implements Program {
  readonly heard: Heard[] = [];
  readonly reported: string[] = [];
  readonly #process: LineProcess;
  readonly #outcomes = new Map<number, Outcome>();
  #isReady = false;
  #orders = 0;

  constructor(url: string, options: object) {
    this.#process = new LineProcess({
      environment: ".venv",
      script: "test/interop/peer.py",
      arguments: [url, JSON.stringify(options)],
      hear: (said: Said) => this.#hear(said),
    });
  }

  async ready(): Promise<void> {
    await this.#process.until(() => this.#isReady || undefined);
  }

  call({ service, command }: Asked, args: unknown, timeout = 5): Promise<unknown> {
    return this.#tell("call", { service, command, args, timeout });
  }

  async serve(service: string, answers: Readonly<Record<string, Answer>>, channels?: readonly string[]): Promise<void> {
    await this.#tell("serve", { service, answers, channels });
  }

  async listen(event: string): Promise<void> {
    await this.#tell("listen", { event });
  }

  async publish(event: string, payload: unknown): Promise<void> {
    await this.#tell("publish", { event, payload });
  }

  async listenLifecycle(name: string): Promise<void> {
    await this.#tell("listen_lifecycle", { name });
  }

  async publishLifecycle(name: string, payload: unknown, service: string): Promise<void> {
    await this.#tell("publish_lifecycle", { name, payload, service });
  }

  async follow(): Promise<void> {
    await this.#tell("follow", {});
  }

  async read({ ref, parts }: Key) {
    return (await this.#tell("read", { ref, parts })) as { value: unknown; revision: number } | null;
  }

  async readAll({ ref, parts }: Key): Promise<readonly KeyRecord[]> {
    return (await this.#tell("read_all", { ref, parts })) as KeyRecord[];
  }

  async write({ ref, parts }: Key, value: unknown, revision?: number): Promise<number> {
    return (await this.#tell("write", { ref, parts, value, revision })) as number;
  }

  async watch({ ref, parts }: Key): Promise<void> {
    await this.#tell("watch", { ref, parts });
  }

  async consume(event: string, { name, inFlight = 64, hopeless: because }: ConsumerTold): Promise<void> {
    await this.#tell("consume", { event, name, in_flight: inFlight, because });
  }

  async readLetters(name: string): Promise<void> {
    await this.#tell("read_letters", { name });
  }

  async store(event: string, payload: unknown, id: string) {
    return (await this.#tell("store", { event, payload, identifier: id })) as { sequence: number; duplicate: boolean };
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    if (this.#process.log !== "") throw new Error(`the Python program complained: ${this.#process.log}`);
  }

  async #tell(action: string, order: object): Promise<unknown> {
    this.#orders += 1;
    const id = this.#orders;
    this.#process.tell({ ...order, do: action, id });
    const { result, error } = await this.#process.until(() => this.#outcomes.get(id));
    this.#outcomes.delete(id);
    if (error !== undefined) throw error;
    return result;
  }

  #hear({ id, ready, heard, reported, ...outcome }: Said): void {
    if (ready) this.#isReady = true;
    if (heard !== undefined) this.heard.push(heard);
    if (reported !== undefined) this.reported.push(reported);
    if (id !== undefined) this.#outcomes.set(id, outcome);
  }
}
