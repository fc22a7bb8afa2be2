/** Commands by their references. */
import { commandsIn, type FoundCommand, spellingsOf } from "../catalog/commands.js";
import { CannotRun } from "../findings/cannot-run.js";
import { suggestion } from "../findings/diagnostic.js";
import type { Catalog } from "../model.js";

/**
 * The command that a reference names; it may have the command's method, or another of its names, in place of its own.
 *
 * @throws CannotRun when there is none, with the nearest that exists
 */
export function findCommand(catalogs: readonly Catalog[], ref: string): FoundCommand {
  const commands = commandsIn(catalogs);
  const found =
    commands.find(({ command }) => command.ref === ref) ?? commands.find((each) => spellingsOf(each).includes(ref));
  if (found !== undefined) return found;
  const message = catalogs.flatMap(({ messages }) => messages).find((other) => other.ref === ref);
  if (message !== undefined) throw new CannotRun(`${ref} is no command, but ${kinds[message.kind]}`);
  if (commands.some(({ command }) => command.ref.startsWith(`${ref}/`))) {
    throw new CannotRun(`${ref} is no command; \`kryten-sdk list\` prints those that begin like this`);
  }
  const names = commands.flatMap((each) => [each.command.ref, ...spellingsOf(each)]);
  const longer = names.find((name) => name.endsWith(`/${ref}`));
  const hint = suggestion(longer ?? ref, names) ?? "`kryten-sdk list` prints what there is";
  throw new CannotRun(`there is no command ${ref}; ${hint}`);
}

const kinds = {
  event: "an event",
  command: "a command",
  lifecycle: "a lifecycle message",
  bucket: "a bucket",
  config: "a configuration",
} as const;
