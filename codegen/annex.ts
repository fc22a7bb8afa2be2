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
  /** The reference of a command or of a key, a member of the runtime, or null when there is nothing. */
  readonly ours: string | null;
  /** Why there is nothing, or why it is called otherwise. */
  readonly reason?: string;
}
