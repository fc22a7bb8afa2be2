/** The Python client that services use today, as it is published. */
import { LineProcess } from "../interop/line-process.js";

/** An event as a handler of that client got it. */
export interface HeardEvent {
  readonly heard: string;
  /** Its class. */
  readonly type: string;
  readonly payload: unknown;
}

interface Outcome {
  readonly result?: unknown;
  readonly error?: string;
}

type Said = Outcome & Partial<HeardEvent> & { readonly id?: number; readonly ready?: true };

/** A running program. */
export class KrytenClientProcess {
  readonly heard: HeardEvent[] = [];
  readonly #process: LineProcess;
  readonly #outcomes = new Map<number, Outcome>();
  #isReady = false;
  #orders = 0;

  private constructor(url: string, settings: object) {
    this.#process = new LineProcess({
      environment: ".venv-peers/kryten-py",
      script: "test/peers/kryten_client.py",
      arguments: [url, JSON.stringify(settings)],
      hear: (said: Said) => this.#hear(said),
    });
  }

  /** Starts it, with these settings beside the usual ones. */
  static async start(url: string, settings: object = {}): Promise<KrytenClientProcess> {
    const client = new KrytenClientProcess(url, settings);
    await client.#process.until(() => client.#isReady || undefined);
    return client;
  }

  /** Calls a method of the client; rejects with what it raised, as text. */
  call(method: string, args: readonly unknown[], options: object = {}): Promise<unknown> {
    return this.tell("call", { method, args, options });
  }

  /** Has it do something, by the name of a method of its `Peer`. */
  async tell(action: string, order: object = {}): Promise<unknown> {
    this.#orders += 1;
    const id = this.#orders;
    this.#process.tell({ ...order, do: action, id });
    const { result, error } = await this.#process.until(() => this.#outcomes.get(id));
    if (error !== undefined) throw new Error(error);
    return result;
  }

  /** Resolves with the first event of a name. */
  hears(event: string): Promise<HeardEvent> {
    return this.#process.until(() => this.heard.find(({ heard }) => heard === event));
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  #hear({ id, ready, heard, type = "", payload, ...outcome }: Said): void {
    if (ready) this.#isReady = true;
    if (heard !== undefined) this.heard.push({ heard, type, payload });
    if (id !== undefined) this.#outcomes.set(id, outcome);
  }
}
