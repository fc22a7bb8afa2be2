/** The command line of a command, made of what its own schema says and refers to, and of nothing else. */
import { findCommand } from "../call/find-command.js";
import { buildCatalog } from "../catalog/catalog.js";
import { declarationsOf } from "../catalog/declarations.js";
import { outlinedCommands, sourcesOf } from "../catalog/outline.js";
import { ShapeReader } from "../catalog/shapes.js";
import { endlessType } from "../check/rules/recursion.js";
import { examine } from "../check/rules/rule.js";
import { CannotRun } from "../findings/cannot-run.js";
import type { Sources } from "../model.js";
import { type CallForm, callForm } from "./call-form.js";

/**
 * The command line of the command that a reference names.
 *
 * @param protocols may be wrong in every way; then any error may be thrown
 * @throws CannotRun when there is no such command
 */
export function uncheckedForm(protocols: readonly Sources[], ref: string): CallForm {
  const parts = protocols.flatMap((sources) => {
    const commands = outlinedCommands(sources);
    const found = commands.find((each) => each.ref === ref) ?? commands.find(({ others }) => others.includes(ref));
    return found === undefined ? [] : [sourcesOf(sources, found.source)];
  });
  // Whoever follows such a type never comes back.
  if (parts.some(isEndless)) throw new CannotRun(`${ref} has a type that is made of itself`);
  return callForm(findCommand(parts.map(buildCatalog), ref));
}

function isEndless(sources: Sources): boolean {
  const declarations = declarationsOf(sources);
  const protocol = examine(sources, declarations, new ShapeReader(declarations));
  return [...endlessType.check(protocol)].length > 0;
}
