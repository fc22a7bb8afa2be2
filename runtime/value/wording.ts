/** How values and names are put into sentences. */
import { distance } from "fastest-levenshtein";

const longestQuote = 60;

/** A text in quotes, on one line, cut when it is long. */
export function quote(text: string): string {
  if (text.length <= longestQuote) return JSON.stringify(text);
  return `${JSON.stringify(shortened(text, longestQuote))}...`;
}

/** The first characters of a text, at most so many. */
export function shortened(text: string, most: number): string {
  return [...text.slice(0, 2 * most)].slice(0, most).join("");
}

/** A value in a few words: itself when it is short, what it is otherwise. */
export function describe(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** `a, b or c`. */
export function either(alternatives: readonly string[]): string {
  const last = alternatives.at(-1) ?? "nothing";
  return alternatives.length < 2 ? last : `${alternatives.slice(0, -1).join(", ")} or ${last}`;
}

/** `; did you mean "user"?` when one of the names is near, nothing otherwise. Made to follow a sentence part. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const near = nearest(name, names);
  return near === undefined ? "" : `; did you mean ${quote(near)}?`;
}

/** The name most like another one, if any is: upper and lower case aside, less than half of the letters differ. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Math.floor(name.length * 0.4) + 2;
  for (const candidate of names) {
    const longer = Math.max(name.length, candidate.length);
    const difference = distance(wanted, candidate.toLowerCase());
    if (difference < least && difference * 2 <= longer) {
      least = difference;
      best = candidate;
    }
  }
  return best;
}
