/** `validate`: whether values are what a schema says, one JSON value a line. */
import { Command } from "commander";
import { schemaOption } from "./schema-folder.js";

/** The parsed options of `validate`. */
export interface ValidateOptions {
  readonly schema?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const help = `
Names of values:
  <protocol>/events/<event>
  <protocol>/<service>/<command>/args      and /result, /request, /reply; under any of the command's names, its method's among them
  <protocol>/lifecycle/<kind>
  <protocol>/state/<bucket>/<key>
  <protocol>/config/<name>

Exit status: 0 all values are valid, 1 some are not, 2 could not look.`;

/** The command. Prints `line N: /json/pointer message` for each violation; ends with status 1 when there is any. */
export function validateCommand(): Command {
  return new Command("validate")
    .description("check JSON values, one a line, against what the schema says")
    .argument("<ref>", "what the values are")
    .argument("[file]", "where they are; - is the standard input", "-")
    .option(...schemaOption)
    .option("--strict", "refuse unknown fields, as a writer must")
    .option("--json", "print each violation as a JSON object: line, pointer, message")
    .addHelpText("after", help)
    .action(async (ref: string, file: string, options: ValidateOptions) => {
      const { validate } = await import("./validate-run.js");
      await validate(ref, file, options);
    });
}
