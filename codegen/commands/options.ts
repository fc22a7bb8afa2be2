/** What `generate` and `check` are told on the command line. */
import type { Command } from "commander";

/** The parsed options of `generate` and `check`. */
export interface GeneratorOptions {
  readonly schema: string;
  readonly out: string;
  readonly runtime: string;
  readonly json?: true;
}

/** Give a command `--schema`, `--out`, `--runtime` and `--json`. */
export function withGeneratorOptions(command: Command): Command {
  return command
    .option("--schema <folder>", "where the schemas are: one protocol, or a folder of protocols", "schema")
    .option("--out <folder>", "where the generated files go, a folder for each protocol", "generated")
    .option("--runtime <module>", "the module that generated TypeScript imports", "kryten-sdk/internal")
    .option("--json", "print one JSON document, for programs");
}
