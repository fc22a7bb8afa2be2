/** The robot, as it is published, with a recorder in the place of CyTube. */
import { LineProcess } from "../interop/line-process.js";

/** What the robot sent to CyTube. */
export interface Frame {
  readonly frame: string;
  readonly data: unknown;
}

type Said = Frame | { readonly ended: number };

/** A running robot, of the channel Lounge. */
export class Robot {
  /** What it sent to CyTube, in order. */
  readonly frames: Frame[] = [];
  /** Its status, once it has ended. */
  status: number | undefined;
  readonly #process: LineProcess;

  constructor(url: string) {
    this.#process = new LineProcess({
      environment: ".venv-peers/kryten-robot",
      script: "test/peers/robot.py",
      arguments: [url],
      hear: (said: Said) => this.#hear(said),
    });
  }

  /** What the robot logged. */
  get log(): string {
    return this.#process.log;
  }

  /** Has the robot get something from CyTube. */
  receive(event: string, payload: unknown): void {
    this.#process.tell({ event, payload });
  }

  /** Resolves with what is found. */
  until<T>(find: () => T | undefined): Promise<T> {
    return this.#process.until(find);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  ended(): Promise<void> {
    return this.#process.ended();
  }

  #hear(said: Said): void {
    if ("frame" in said) this.frames.push(said);
    else this.status = said.ended;
  }
}
