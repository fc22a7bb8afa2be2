/** The commands of catalogs, and the names under which people look for them. */
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

/** Where people look for a command: under its name on the wire, its method and its other names. */
export function spellingsOf({ catalog, command }: FoundCommand): readonly string[] {
  const names = [command.name, command.method, ...command.aliases];
  return names.map((name) => `${catalog.name}/${command.service}/${name}`);
}
