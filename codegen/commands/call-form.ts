/** The command line of one command of a protocol: its options, and what was said with them. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { Json } from "../../runtime/value/shape.js";
import { type Argument, argumentsOf, readArguments } from "../call/arguments.js";
import type { FoundCommand } from "../catalog/commands.js";
import { shapeOf } from "../catalog/shape-parts.js";
import { CannotRun } from "../findings/cannot-run.js";
import { type ConnectionOptions, connectionOptions } from "./connection.js";
import { schemaOption } from "./schema-folder.js";

/** The parsed options that are the same for all commands. */
export interface CallOptions extends ConnectionOptions {
  readonly args?: string;
  readonly timeout?: number;
  readonly dialect?: string;
  readonly evenIfIgnored?: true;
  readonly json?: true;
}

/** A command line, as far as it was parsed. */
export interface CallForm {
  readonly program: Command;
  /** Parses words. An argument may be spelt as the schema spells it. Throws CommanderError for an option that there is not. */
  parse(words: readonly string[]): CallOptions;
  /**
   * The arguments, over those that were given as a whole, and the address, over the one that is configured.
   *
   * @throws CannotRun with all that is wrong with them
   */
  read(whole: Json, configured: Readonly<Record<string, string>>): Filled;
}

/** What is to be sent, and where to. */
export interface Filled {
  readonly args: Json;
  readonly address: Readonly<Record<string, string>>;
}

/** Makes the command line of a command. */
export function callForm(found: FoundCommand): CallForm {
  const { catalog, command } = found;
  const shape = shapeOf(catalog, command.args);
  const address = new Map<string, string>();
  const texts = new Map<string, readonly string[]>();
  const common = commonOptions(found);
  const places = catalog.address.map(({ name, description, default: usual }) => {
    const hint = usual === undefined ? "required, unless configured" : `by default ${usual}`;
    const option = new Option(`--${name} <text>`, `${description} (${hint})`).helpGroup("Address:");
    return option.argParser((text: string) => address.set(name, text));
  });
  const known = argumentsOf(
    shape,
    [...common, ...places].map(({ long }) => long?.slice(2) ?? ""),
  );
  const own = known.map((argument) =>
    argumentOption(argument).argParser((text: string) => {
      texts.set(argument.name, [...(texts.get(argument.name) ?? []), text]);
    }),
  );
  const program = new Command(`kryten-sdk call ${command.ref}`)
    .description(command.description)
    .configureHelp({ optionDescription: ({ description }) => description })
    .exitOverride();
  for (const option of [...own, ...places, ...common]) program.addOption(option);
  const spelling = new Map(known.map(({ name, flag }) => [`--${name}`, `--${flag}`]));
  for (const { long } of [...common, ...places]) spelling.delete(long ?? "");
  return {
    program,
    parse: (words) =>
      program
        .parse(
          words.map((word) => word.replace(/^--[^=]+/u, (name) => spelling.get(name) ?? name)),
          { from: "user" },
        )
        .opts(),
    read(whole, configured) {
      const { args, faults } = readArguments(shape, known, { whole, texts });
      const chosen = catalog.address.map(({ name, default: usual }) => {
        return [name, address.get(name) ?? configured[name] ?? usual] as const;
      });
      const missing = chosen.filter(([, text]) => text === undefined).map(([name]) => `--${name} is missing`);
      const all = [...missing, ...faults].map((fault) => `\n  ${fault}`);
      if (all.length > 0) throw new CannotRun(`${command.ref} cannot be sent like this:${all.join("")}`);
      return { args, address: Object.fromEntries(chosen) as Filled["address"] };
    },
  };
}

function commonOptions({ catalog, command }: FoundCommand): readonly Option[] {
  const { ignored } = command;
  const dialects = new Option("--dialect <name>", "the spelling of subjects (default: the protocol's first)");
  dialects.argChoices = Object.keys(catalog.dialects);
  return [
    new Option("--args <json>", "all arguments at once; @file reads them from a file, - from the standard input"),
    new Option("--timeout <ms>", "how long to wait for the reply").argParser(milliseconds),
    ...(ignored === undefined
      ? []
      : [new Option("--even-if-ignored", `send it although it has no effect: ${ignored.because}`)]),
    new Option("--json", "print one JSON object: ok and result, or ok and error"),
    dialects,
    new Option(...schemaOption),
    ...connectionOptions(),
  ];
}

function milliseconds(text: string): number {
  const time = Number(text);
  if (time > 0 && Number.isFinite(time)) return time;
  throw new InvalidArgumentError("It is a number of ms, above 0.");
}

function argumentOption({ flag, description, choices }: Argument): Option {
  const isSwitch = choices.includes("true");
  const option = new Option(isSwitch ? `--${flag} [value]` : `--${flag} <value>`, description).helpGroup("Arguments:");
  if (isSwitch) option.preset("true");
  // For those who complete; what may be given is for the schema to say, all at once.
  if (choices.length > 0) option.argChoices = [...choices];
  return option;
}
