/** `call`: send a command of a protocol, and print what came of it. */
import { Command } from "commander";

const help = `
The command comes first; its arguments are options after it, which --help explains:
  kryten-sdk call <protocol>/<service>/<command> --help

Exit status: 0 it was done, 1 it was not, 2 it could not be asked for.`;

/** The command. What it takes depends on the command that is called. */
export function callCommand(): Command {
  const command = new Command("call")
    .description("send a command of a protocol, and print its result")
    .usage("<ref> [options]")
    .argument("[words...]")
    .allowUnknownOption()
    .helpOption(false)
    .addHelpText("after", help);
  return command.action(async (words: readonly string[]) => {
    const [ref] = words;
    if (ref === "--help" || ref === "-h") command.help();
    const { call } = await import("./call-run.js");
    await call(words);
  });
}
