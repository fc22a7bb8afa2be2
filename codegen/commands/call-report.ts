/** How `call` tells what came of it. */
import { stringify } from "yaml";
import { type Code, codes, type ProtocolError } from "../../runtime/error.js";
import type { FoundCommand } from "../catalog/commands.js";
import { colors } from "./colors.js";

/** What came of a call. */
export type Outcome = { readonly result: unknown } | { readonly error: ProtocolError };

/** Errors that come before anything was sent. */
const unsent: ReadonlySet<Code> = new Set<Code>([
  "connection_failed",
  "ignored_command",
  "internal",
  "invalid_argument",
  "invalid_configuration",
  "invalid_subject",
]);

/** Prints the result as YAML, or what went wrong and what to do. Sets the exit status. */
export function reportForPeople({ catalog, command }: FoundCommand, outcome: Outcome): void {
  if ("error" in outcome) {
    fail(outcome.error);
    const { message, code, violations } = outcome.error;
    const found = violations.map(({ pointer, message: what }) => `    ${pointer === "" ? "/" : pointer} ${what}\n`);
    const listed = found.length > 1 ? found.join("") : "";
    process.stderr.write(`kryten-sdk: ${colors.red(message)}\n${listed}    hint: ${codes[code]}\n`);
    return;
  }
  const envelope = catalog.envelopes[command.envelope];
  const isAnswered = envelope?.kind === "command" && envelope.reply !== undefined;
  process.stdout.write(isAnswered ? resultText(outcome.result) : "sent; nobody answers this command\n");
}

/** Prints one JSON object. Sets the exit status. */
export function reportForPrograms({ command: { ref } }: FoundCommand, outcome: Outcome): void {
  if ("error" in outcome) fail(outcome.error);
  process.stdout.write(`${JSON.stringify({ ok: !("error" in outcome), ref, ...inJson(outcome) }, null, 2)}\n`);
}

function inJson(outcome: Outcome): object {
  if ("result" in outcome) return { result: outcome.result ?? null };
  const { code, rawMessage: message, subject, serviceCode, violations, details } = outcome.error;
  return { error: { code, message, subject, serviceCode, violations, details, hint: codes[code] } };
}

function fail({ code }: ProtocolError): void {
  process.exitCode = unsent.has(code) ? 2 : 1;
}

function resultText(result: unknown): string {
  const isEmpty = typeof result === "object" && Object.keys(result ?? {}).length === 0;
  return isEmpty || result === undefined ? "done\n" : stringify(result);
}
