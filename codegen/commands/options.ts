/** What `generate` and `check` are told on the command line. */
import { setFlagsFromString } from "node:v8";
import type { Command } from "commander";

/** The parsed options of `generate` and `check`. */
export interface GeneratorOptions {
  readonly schema: string;
  readonly out: string;
  readonly runtime: string;
  readonly json?: true;
}

/** Give a command `--schema`, `--out`, `--runtime` and `--json`. It runs the generator once. */
export function withGeneratorOptions(command: Command): Command {
  return command
    .hook("preAction", forgoOptimization)
    .option("--schema <folder>", "where the schemas are: one protocol, or a folder of protocols", "schema")
    .option("--out <folder>", "where the generated files go, a folder for each protocol", "generated")
    .option("--runtime <module>", "the module that generated TypeScript imports", "kryten-sdk/internal")
    .option("--json", "print one JSON document, for programs");
}

/** A run is short and does much once: to optimize what it does is a third of its work, and is hardly ever done in time to help. */
function forgoOptimization(): void {
  setFlagsFromString("--no-opt");
}
