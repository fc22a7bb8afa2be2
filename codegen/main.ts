#!/usr/bin/env node
/** The command line. The only file that reads `process.argv`. */
import { inspect } from "node:util";

import { Command, CommanderError } from "commander";
import { callCommand } from "./commands/call.js";
import { checkCommand } from "./commands/check.js";
import { completeCommand, completionCommand } from "./commands/completion.js";
import { generateCommand } from "./commands/generate.js";
import { listCommand } from "./commands/list.js";
import { validateCommand } from "./commands/validate.js";
import { CannotRun } from "./findings/cannot-run.js";
import { packageVersion } from "./package.js";

const program = new Command("kryten-sdk")
  .description("Typed clients, services, validators and mocks for protocols on NATS, generated from JSON Schemas.")
  .version(packageVersion(), "-v, --version")
  .addCommand(generateCommand())
  .addCommand(checkCommand())
  .addCommand(listCommand())
  .addCommand(validateCommand())
  .addCommand(callCommand())
  .addCommand(completionCommand())
  .enablePositionalOptions()
  .addHelpText(
    "after",
    `
Exit status: 0 all is well, 1 there are findings, 2 it could not run.
Findings are printed as file:line:column code message, with a hint below.`,
  );

program.addCommand(completeCommand(program), { hidden: true });

// Commander exits with 1 for a wrong option; here 1 means findings.
for (const command of [program, ...program.commands]) command.exitOverride();

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await refuseUnknown(process.argv[2] === "help" ? process.argv[3] : process.argv[2]);
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
  if (error instanceof CannotRun) process.stderr.write(`kryten-sdk: ${error.message}\n`);
  // What commander has to say, it has said.
  else if (!(error instanceof CommanderError))
    process.stderr.write(`kryten-sdk: a bug, please report it: ${inspect(error)}\n`);
}

/** Commander would explain the whole program to who asks for help with a command that there is not. */
async function refuseUnknown(name = "help"): Promise<void> {
  if (name.startsWith("-") || name === "help" || program.commands.some((command) => command.name() === name)) return;
  const { didYouMean } = await import("../runtime/value/wording.js");
  const known = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name());
  const hint = didYouMean(name, known) || "; `kryten-sdk --help` names all";
  throw new CannotRun(`there is no command ${name}${hint}`);
}
