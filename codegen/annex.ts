/** What a protocol says beside its messages, in the catalog. */

/** Something wrong with the programs that speak the protocol. */
export interface Defect {
  readonly id: string;
  readonly title: string;
  /** File and line, or a section of the reference. */
  readonly where: string;
  readonly happens: string;
  /** What this package does about it. */
  readonly remedy: string;
  /** References of the messages it concerns. */
  readonly messages: readonly string[];
}

/** What the first program of the documentation is about. */
export interface Showcase {
  /** An event, by the name of its file. */
  readonly event: string;
  /** How a channel may be called. */
  readonly channel?: string;
}

/** The public methods of another client, and what stands for each of them here. */
export interface Parity {
  readonly description: string;
  readonly source: string;
  readonly client: string;
  readonly version: string;
  readonly methods: readonly ParityMethod[];
}

/** A method of another client. */
export interface ParityMethod {
  readonly name: string;
  /** The reference of a command or of a key, members of the runtimes, or null when there is nothing. */
  readonly ours: string | RuntimeMembers | null;
  /** Why there is nothing, or why it is called otherwise. */
  readonly reason?: string;
}

/** What programs call in each language (`client.close`), or null where there is nothing. */
export interface RuntimeMembers {
  readonly python: string | null;
  readonly typescript: string | null;
}
