/** What is said of a command that its service is known to ignore. */
import { ProtocolError } from "../error.js";
import type { Ignored } from "./message.js";

/** Why it has no effect, and what has, in sentences. */
export function whyIgnored({ because, instead }: Ignored): string {
  return instead === undefined ? sentence(because) : `${sentence(because)} Instead: ${sentence(instead)}`;
}

/**
 * The error for who sends it.
 *
 * @param anyway what to do to send it all the same: `add --force`
 */
export function ignoredCommand(ref: string, ignored: Ignored, anyway: string): ProtocolError {
  const reason = `${ref} is answered with success and has no effect. ${whyIgnored(ignored)}`;
  return new ProtocolError("ignored_command", `${reason} To send it all the same, ${anyway}`, { ref });
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
