/** `check`: say what is wrong with the schemas, and which generated files are not what they give. */
import { Command } from "commander";

import { type GeneratorOptions, withGeneratorOptions } from "./options.js";

/** The command `check`. */
export function checkCommand(): Command {
  const command = new Command("check")
    .summary("check the schemas, and that the generated files are theirs")
    .description(
      [
        "Checks the schemas, and compares the generated files with what the schemas give: names those that are changed,",
        "missing or stale. Writes nothing.",
      ].join(" "),
    );
  return withGeneratorOptions(command).action(async ({ schema, out, runtime, json }: GeneratorOptions) => {
    const [{ generate }, { report }] = await Promise.all([import("../pipeline.js"), import("./report.js")]);
    const generation = await generate({ schema, out, runtimeModule: runtime, mode: "compare" });
    report(generation, json ? { out, json } : { out });
  });
}
