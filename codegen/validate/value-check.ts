/** What a reference names, as a check: the payload of a message, or a whole request or reply. */
import type { Json, UnknownFields } from "../../runtime/value/shape.js";
import { type Violation, violations } from "../../runtime/value/violation.js";
import { commandsIn, spellingsOf } from "../catalog/commands.js";
import { payloadsOf } from "../catalog/payloads.js";
import { CannotRun } from "../findings/cannot-run.js";
import { suggestion } from "../findings/diagnostic.js";
import type { Catalog, CommandMessage } from "../model.js";
import { replyCheck, requestCheck } from "./whole-message.js";

/** What is wrong with a value; empty when nothing is. */
export type ValueCheck = (value: Json, fields: UnknownFields) => readonly Violation[];

/**
 * The check that a reference names. A command is also found by its other names.
 *
 * @throws CannotRun when it names none, with the nearest that exists
 */
export function valueCheck(catalogs: readonly Catalog[], ref: string): ValueCheck {
  const checks = new Map(catalogs.flatMap(checksOf));
  const check = (checks.get(ref) ?? checks.get(ownRef(catalogs, ref)))?.();
  if (check !== undefined) return check;
  throw new CannotRun(objectionTo(ref, [...checks.keys()]));
}

/** Made only when it is asked for: most are not. */
type Checks = readonly (readonly [ref: string, make: () => ValueCheck])[];

function checksOf(catalog: Catalog): Checks {
  const payloads = payloadsOf(catalog).map(({ ref, type }) => {
    const check: ValueCheck = (value, fields) => violations(type.shape, value, fields);
    return [ref, () => check] as const;
  });
  const commands = catalog.messages.filter((message): message is CommandMessage => message.kind === "command");
  return [...payloads, ...commands.flatMap((command) => wholeChecks(catalog, command))];
}

function wholeChecks(catalog: Catalog, command: CommandMessage): Checks {
  const envelope = catalog.envelopes[command.envelope];
  if (envelope?.kind !== "command") return [];
  const { request, reply } = envelope;
  const requests = [`${command.ref}/request`, () => requestCheck(catalog, command, request)] as const;
  if (reply === undefined) return [requests];
  return [requests, [`${command.ref}/reply`, () => replyCheck(catalog, command, reply)]];
}

/** The same reference, with the command's own name where one of its others stands. */
function ownRef(catalogs: readonly Catalog[], ref: string): string {
  const end = ref.lastIndexOf("/");
  const found = commandsIn(catalogs).find((each) => spellingsOf(each).includes(ref.slice(0, end)));
  return found === undefined ? ref : `${found.command.ref}${ref.slice(end)}`;
}

function objectionTo(ref: string, known: readonly string[]): string {
  const parts = known.filter((other) => other.slice(0, other.lastIndexOf("/")) === ref);
  if (parts.length > 0) return `${ref} is several values; choose one: ${parts.join(", ")}`;
  const hint = suggestion(ref, known);
  return `there is no ${ref}${hint === undefined ? "; `kryten-sdk list` prints what there is" : `; ${hint}`}`;
}
