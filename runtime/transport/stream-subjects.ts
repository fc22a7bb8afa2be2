/** What streams keep: subjects, with the wildcards `*` and, as the last token, `>`. */
import type { StreamOptions } from "./stream.js";
import { streamLacks } from "./transport-error.js";

/** Whether every subject of one pattern is one of another. */
export function isPartOf(inner: string, outer: string): boolean {
  const [tokens, wider] = [inner.split("."), outer.split(".")];
  const open = wider.at(-1) === ">";
  if (open ? tokens.length < wider.length : tokens.length !== wider.length) return false;
  const fixed = open ? wider.slice(0, -1) : wider;
  return fixed.every((token, index) => {
    const own = tokens[index];
    return own !== ">" && (token === "*" || token === own);
  });
}

/** Whether some subject is one of both patterns. */
export function overlap(one: string, other: string): boolean {
  return meet(one.split("."), other.split("."));
}

function meet([token, ...tokens]: readonly string[], [other, ...others]: readonly string[]): boolean {
  if (token === undefined || other === undefined) return token === other;
  if (token === ">" || other === ">") return true;
  return (token === "*" || other === "*" || token === other) && meet(tokens, others);
}

/**
 * Whether a stream that is there may be used for what it is opened for.
 *
 * @param kept the subjects that it keeps
 * @throws ProtocolError `stream_failed` when some of what is wanted is not kept
 */
export function checkKept({ name, subjects }: Pick<StreamOptions, "name" | "subjects">, kept: readonly string[]): void {
  const lacking = subjects.filter((subject) => !kept.some((other) => isPartOf(subject, other)));
  if (lacking.length > 0) throw streamLacks(name, lacking);
}

/**
 * Whether there is anything in a stream of each subject that somebody wants of it.
 *
 * @throws ProtocolError `stream_failed` when nothing that is wanted as one of them is kept
 */
export function checkWanted(name: string, wanted: readonly string[], kept: readonly string[]): void {
  const lacking = wanted.filter((subject) => !kept.some((other) => overlap(subject, other)));
  if (lacking.length > 0) throw streamLacks(name, lacking);
}
