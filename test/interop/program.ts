/** A program on the bus, in either language: what tests have it do, and what it hears. */

/** What a service is to do with a request. */
export type Answer =
  | { readonly result: unknown }
  | { readonly refuse: string; readonly message: string; readonly details?: object }
  | { readonly raise: string }
  /** Asks another service, and lets through what comes of it. */
  | { readonly ask: Asked; readonly args: unknown }
  | { readonly hang: true };

/** An error, as far as both languages have it. */
export interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly serviceCode: string | null;
  readonly details: unknown;
}

/** Something that a program was told by others. */
export interface Heard {
  /**
   * Of an event or a lifecycle message: its name; of a change of state or a request: the reference of the key or command;
   * `registry` and `restart` of what the runtime makes of lifecycle messages.
   */
  readonly name: string;
  /** What it carried. */
  readonly value: unknown;
  /** Of an event or a request: what its header field says of the contract of its sender. */
  readonly contract?: string;
  /** Of a change of state. */
  readonly revision?: number;
}

/** A command of a service. */
export interface Asked {
  readonly service: string;
  /** As on the wire. */
  readonly command: string;
}

/** A key of a bucket, and texts for the parameters of its name. */
export interface Key {
  readonly ref: string;
  readonly parts: Readonly<Record<string, string>>;
}

/** How durable events are consumed. */
export interface ConsumerTold {
  /** Of the consumer; the program hears payloads under it. */
  readonly name: string;
  readonly inFlight?: number;
  /** Gives each event up, for this reason. */
  readonly hopeless?: string;
}

/** One of the keys that share a name. */
export interface KeyRecord {
  readonly parameters: Readonly<Record<string, string>>;
  readonly value: unknown;
  readonly revision: number;
}

/** A program that is in the channel Lounge. */
export interface Program {
  /** In order of arrival. */
  readonly heard: readonly Heard[];
  /** What it reported as an error, and what as invalid. */
  readonly reported: readonly string[];
  /** Rejects with a `ToldError`. */
  call(asked: Asked, args: unknown, timeout?: number): Promise<unknown>;
  /** Answers all commands of a service, by their names on the wire; for any channel, unless some are named. */
  serve(service: string, answers: Readonly<Record<string, Answer>>, channels?: readonly string[]): Promise<void>;
  listen(event: string): Promise<void>;
  publish(event: string, payload: unknown): Promise<void>;
  listenLifecycle(name: string): Promise<void>;
  publishLifecycle(name: string, payload: unknown, service: string): Promise<void>;
  /** Hears who appears and who goes, as `registry`, and requests to restart, as `restart`. */
  follow(): Promise<void>;
  read(key: Key): Promise<{ readonly value: unknown; readonly revision: number } | null>;
  /** All keys that share the name of this one, and its parameters. */
  readAll(key: Key): Promise<readonly KeyRecord[]>;
  write(key: Key, value: unknown, revision?: number): Promise<number>;
  watch(key: Key): Promise<void>;
  consume(event: string, told: ConsumerTold): Promise<void>;
  /** Hears dead letters, under the name of the consumer that reads them. */
  readLetters(name: string): Promise<void>;
  /** Publishes an event durably. */
  store(
    event: string,
    payload: unknown,
    id: string,
  ): Promise<{ readonly sequence: number; readonly duplicate: boolean }>;
  stop(): Promise<void>;
}

/** Resolves with the first thing that a program heard, of those that are looked for. */
export async function hears(program: Program, isIt: (heard: Heard) => boolean): Promise<Heard> {
  for (;;) {
    const found = program.heard.find(isIt);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
