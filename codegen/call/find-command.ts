/** Commands by their references. */
import { CannotRun } from "../findings/cannot-run.js";
import { suggestion } from "../findings/diagnostic.js";
import type { Catalog, CommandMessage } from "../model.js";

/** A command, and the protocol it is part of. */
export interface FoundCommand {
  readonly catalog: Catalog;
  readonly command: CommandMessage;
}

/** All commands, in the order of their protocols and references. */
export function commandsIn(catalogs: readonly Catalog[]): readonly FoundCommand[] {
  return catalogs.flatMap((catalog) =>
    catalog.messages.flatMap((message) => (message.kind === "command" ? [{ catalog, command: message }] : [])),
  );
}

/**
 * The command that a reference names.
 *
 * @throws CannotRun when there is none, with the nearest that exists
 */
export function findCommand(catalogs: readonly Catalog[], ref: string): FoundCommand {
  const commands = commandsIn(catalogs);
  const found = commands.find(({ command }) => command.ref === ref);
  if (found !== undefined) return found;
  const message = catalogs.flatMap(({ messages }) => messages).find((other) => other.ref === ref);
  if (message !== undefined) throw new CannotRun(`${ref} is no command, but ${kinds[message.kind]}`);
  const hint =
    suggestion(
      ref,
      commands.map(({ command }) => command.ref),
    ) ?? "`kryten-sdk list` prints what there is";
  throw new CannotRun(`there is no command ${ref}; ${hint}`);
}

const kinds = {
  event: "an event",
  command: "a command",
  lifecycle: "a lifecycle message",
  bucket: "a bucket",
  config: "a configuration",
} as const;
