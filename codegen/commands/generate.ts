/** `generate`: write what the schemas give. */
import { Command } from "commander";

import { type GeneratorOptions, withGeneratorOptions } from "./options.js";

/** The command `generate`. */
export function generateCommand(): Command {
  const command = new Command("generate")
    .summary("write the generated files")
    .description(
      [
        "Checks the schemas and writes the files they give. Files that are as they should be are not touched; files that",
        "were generated before, and are no longer, are removed; all others are left alone. With an error, nothing is written.",
      ].join(" "),
    );
  return withGeneratorOptions(command).action(async ({ schema, out, runtime, json }: GeneratorOptions) => {
    const [{ generate }, { report }] = await Promise.all([import("../pipeline.js"), import("./report.js")]);
    const generation = await generate({ schema, out, runtimeModule: runtime, mode: "write" });
    report(generation, json ? { out, json } : { out });
  });
}
