/** `list`: every message, one a line. */
import { Command } from "commander";
import { schemaOption } from "./schema-folder.js";

/** The parsed options of `list`. */
export interface ListOptions {
  readonly schema?: string;
  readonly dialect?: string;
  readonly json?: boolean;
}

/** The command. Lists the messages that contain a text in their name, subject or description, or all. */
export function listCommand(): Command {
  return new Command("list")
    .description("list every message with its kind, subject, direction and description")
    .argument("[text]", "only those that have this in a name, the subject or the description")
    .option(...schemaOption)
    .option("--dialect <name>", "the spelling of subjects (default: each protocol's first)")
    .option("--json", "print a JSON array: ref, kind, subject, direction, description, deprecated")
    .action(async (text: string | undefined, options: ListOptions) => {
      const { list } = await import("./list-run.js");
      await list(text, options);
    });
}
