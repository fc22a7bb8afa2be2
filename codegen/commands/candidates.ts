/** What the last word of a command line may become. */
import type { Command, Option } from "commander";
import { outlinedCommands, outlinedValues } from "../catalog/outline.js";
import { uncheckedSources } from "../load/unchecked.js";
import { firstSentence } from "../markdown/text.js";
import type { Sources } from "../model.js";
import { chosenFolder, schemaIn } from "./schema-folder.js";

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
  const isFirst = operandsAmong(rest, command) === 0;
  switch (name) {
    case "call": {
      const [ref] = rest;
      if (ref === undefined) return { command, words: rest, operands: async () => callable(protocolsIn(rest)) };
      const { uncheckedForm } = await import("./unchecked-form.js");
      return { command: uncheckedForm(protocolsIn(rest), ref).program, words: rest.slice(1), operands: nothing };
    }
    case "validate":
      return {
        command,
        words: rest,
        operands: async () => (isFirst ? protocolsIn(rest).flatMap(outlinedValues).map(bare) : []),
      };
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

/** Not checked: that takes longer than anybody waits at a key, and `check` is there for it. */
function protocolsIn(words: readonly string[]): readonly Sources[] {
  return uncheckedSources(chosenFolder(schemaIn(words)));
}

function callable(protocols: readonly Sources[]): readonly Candidate[] {
  return protocols.flatMap(outlinedCommands).map((command) => ({
    text: command.ref,
    get description() {
      return command.description;
    },
  }));
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
