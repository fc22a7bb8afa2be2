/** `completion`: what a shell needs to complete command lines, and the entry that its script asks. */
import { readFile } from "node:fs/promises";
import { Argument, Command } from "commander";
import type { Candidate } from "./candidates.js";

const shells = ["bash", "zsh", "fish"] as const;

const help = `
  bash   source <(kryten-sdk completion bash)         in ~/.bashrc
  zsh    source <(kryten-sdk completion zsh)          in ~/.zshrc, after compinit
  fish   kryten-sdk completion fish | source          in ~/.config/fish/config.fish`;

/** The command `completion`. */
export function completionCommand(): Command {
  return new Command("completion")
    .description("print a script that completes commands, messages, arguments and their values in a shell")
    .addArgument(new Argument("<shell>").choices(shells))
    .addHelpText("after", help)
    .action(async (shell: (typeof shells)[number]) => {
      // The scripts know nothing of the commands: they ask, and the schemas decide.
      process.stdout.write(await readFile(new URL(`../templates/completion.${shell}`, import.meta.url), "utf8"));
    });
}

/** The command `complete`, which the scripts ask: prints what the last of the words may be, with a tab and a description. */
export function completeCommand(program: Command): Command {
  return new Command("complete").argument("[words...]").action(async (words: readonly string[]) => {
    const { candidates } = await import("./candidates.js");
    // Whoever presses a key wants candidates, or nothing: what is wrong with the schemas is for `check` to say.
    const found = await candidates(program, words).catch(() => []);
    process.stdout.write(found.map(lineOf).join(""));
  });
}

function lineOf({ text, description }: Candidate): string {
  return `${text}\t${description}\n`;
}
