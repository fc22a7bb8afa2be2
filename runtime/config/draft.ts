/** A configuration that was read, and is not checked yet. */
import type { Violation } from "../value/violation.js";

/** What was read, and from where. */
export interface Draft {
  /** `undefined` when nothing could be read. */
  readonly value: unknown;
  /** What is wrong already, whatever the schema says. */
  readonly findings: readonly Violation[];
  /** Where people find a setting: a line of a file, or a variable. For a setting that is not there, where it belongs. */
  place(pointer: string): string;
}

/** The variables of an environment, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;
