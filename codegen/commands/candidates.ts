/** What the last word of a command line may become. */
import type { Command, Option } from "commander";
import { commandsIn, findCommand } from "../call/find-command.js";
import { firstSentence } from "../markdown/text.js";
import { checkedRefs } from "../validate/value-check.js";
import { callForm } from "./call-form.js";
import { loadCatalogs, schemaIn } from "./schema-folder.js";

/** A word, and what it stands for. */
export interface Candidate {
  readonly text: string;
  readonly description: string;
}

/**
 * All words that begin like the last one and may stand in its place.
 *
 * @param words all of the command line after the program's name; the last may be empty
 */
export async function candidates(program: Command, words: readonly string[]): Promise<readonly Candidate[]> {
  // Bash takes `--mode=append` for three words.
  const [current = "", ...before] = words.filter((word) => word !== "=").toReversed();
  const line = await lineOf(program, before.toReversed());
  const [, flag, value] = /^(--[^=]+)=(.*)$/u.exec(current) ?? [];
  if (flag !== undefined && value !== undefined) {
    const values = beginning(value, valuesOf(optionOf(line.command, flag)));
    return values.map(({ text, description }) => ({ text: `${flag}=${text}`, description }));
  }
  const option = optionOf(line.command, before[0]);
  if (option?.required) return beginning(current, valuesOf(option));
  const operands = current.startsWith("-") ? [] : await line.operands();
  return beginning(current, [...valuesOf(option), ...operands, ...flagsOf(line)]);
}

/** A command, and the words that have been said to it. */
interface Line {
  readonly command: Command;
  readonly words: readonly string[];
  /** What may stand here that is no option. */
  readonly operands: () => Promise<readonly Candidate[]>;
}

async function lineOf(program: Command, words: readonly string[]): Promise<Line> {
  const [name, ...rest] = words;
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command === undefined) return { command: program, words, operands: async () => subcommandsOf(program) };
  const catalogs = () => loadCatalogs(schemaIn(rest));
  const isFirst = operandsAmong(rest, command) === 0;
  switch (name) {
    case "call": {
      const [ref] = rest;
      if (ref === undefined) return { command, words: rest, operands: async () => callable(await catalogs()) };
      const form = callForm(findCommand(await catalogs(), ref));
      return { command: form.program, words: rest.slice(1), operands: nothing };
    }
    case "validate":
      return { command, words: rest, operands: async () => (isFirst ? checkedRefs(await catalogs()).map(bare) : []) };
    case "completion":
      return {
        command,
        words: rest,
        operands: async () => command.registeredArguments[0]?.argChoices?.map(bare) ?? [],
      };
    default:
      return { command, words: rest, operands: nothing };
  }
}

async function nothing(): Promise<readonly Candidate[]> {
  return [];
}

function subcommandsOf(program: Command): readonly Candidate[] {
  const visible = program.createHelp().visibleCommands(program);
  return visible.map((command) => ({ text: command.name(), description: command.summary() || command.description() }));
}

function callable(catalogs: Parameters<typeof commandsIn>[0]): readonly Candidate[] {
  return commandsIn(catalogs).map(({ command: { ref, description } }) => ({ text: ref, description }));
}

/** How many words are neither options nor their values. */
function operandsAmong(words: readonly string[], command: Command): number {
  return words.filter((word, at) => {
    return !word.startsWith("-") && optionOf(command, words[at - 1])?.required !== true;
  }).length;
}

function optionOf({ options }: Command, word?: string): Option | undefined {
  return options.find(({ long, short }) => word !== undefined && (word === long || word === short));
}

function valuesOf(option: Option | undefined): readonly Candidate[] {
  return option?.argChoices?.map(bare) ?? [];
}

/** The options that were not given yet. */
function flagsOf({ command, words }: Line): readonly Candidate[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible.flatMap(({ long, description }) =>
    long === undefined || long === null || words.includes(long) ? [] : [{ text: long, description }],
  );
}

function bare(text: string): Candidate {
  return { text, description: "" };
}

function beginning(start: string, all: readonly Candidate[]): readonly Candidate[] {
  return all
    .filter(({ text }) => text.startsWith(start))
    .map(({ text, description }) => ({ text, description: firstSentence(description).replaceAll(/\s+/gu, " ") }));
}
