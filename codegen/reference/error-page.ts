/** The page on errors: what services refuse with, and what the runtime throws. */
import { codes } from "../../runtime/error.js";
import type { DeclaredError } from "../../runtime/protocol/message.js";
import { cell, code, link, prose } from "../markdown/text.js";
import type { Catalog, CommandMessage } from "../model.js";
import { keys, type Page, type ReferenceContext } from "./page.js";

const runtimeHeading = "Codes of the runtime";

/** The page. */
export function errorPage(catalog: Catalog): Page {
  const services = catalog.services.flatMap(({ name }) => {
    const commands = catalog.messages.filter((message) => message.kind === "command" && message.service === name);
    const errors = declaredErrors(commands as readonly CommandMessage[]);
    return errors.length === 0 ? [] : [{ name: `Service ${name}`, errors, commands: commands.length }];
  });
  return {
    page: "errors.md",
    title: "Errors",
    holds: "What services refuse with, and what the runtime throws.",
    headings: [{ text: "Errors" }, ...services.map(({ name }) => ({ text: name })), { text: runtimeHeading }],
    template: "errors",
    view: (context) => ({
      services: services.map(({ name, errors, commands }) => ({
        name,
        errors: errors.map((error) => errorRow(context, error, commands)),
      })),
      runtimeHeading,
      codes: Object.entries(codes).map(([name, meaning]) => ({
        code: cell(code(name)),
        meaning: cell(prose(meaning)),
      })),
    }),
  };
}

/** An error, and the commands that declare it. */
interface SharedError extends DeclaredError {
  readonly commands: readonly CommandMessage[];
}

function declaredErrors(commands: readonly CommandMessage[]): readonly SharedError[] {
  const errors = new Map<string, SharedError>();
  for (const command of commands) {
    for (const error of command.errors) {
      const identity = JSON.stringify([error.code, error.description, error.matches]);
      errors.set(identity, { ...error, commands: [...(errors.get(identity)?.commands ?? []), command] });
    }
  }
  return [...errors.values()].toSorted((left, right) => (left.code < right.code ? -1 : 1));
}

function errorRow({ addresses }: ReferenceContext, error: SharedError, commandsOfService: number) {
  const commands = error.commands.map(({ name, ref }) => link(code(name), addresses(keys.message(ref)) ?? ""));
  return {
    ...declaredErrorCells(error),
    commands: error.commands.length === commandsOfService ? "all" : cell(commands.join(", ")),
  };
}

/** What a table says about a declared error. */
export function declaredErrorCells({ code: name, description, matches }: DeclaredError) {
  return {
    code: cell(code(name)),
    meaning: cell(prose(description)),
    matches: matches === undefined ? "" : cell(code(matches)),
  };
}
