/** What a consumer asks a bus for. Servers before 2.10 take one subject, so that is what every bus is asked for. */
import { isPartOf, overlap } from "./stream-subjects.js";

/** The narrowest pattern around all subjects. */
export function around(subjects: readonly string[]): string {
  const [first = [], ...others] = subjects.map((subject) => subject.split("."));
  const shortest = Math.min(first.length, ...others.map((tokens) => tokens.length));
  const isEven = others.every((tokens) => tokens.length === first.length);
  const common = first
    .slice(0, isEven ? first.length : shortest - 1)
    .map((token, index) => (others.every((tokens) => tokens[index] === token) ? token : "*"));
  return [...common, ...(isEven ? [] : [">"])].join(".");
}

/**
 * One subject for all that a consumer wants of a stream, and some of what it does not. A server wants it to be within one
 * subject of the stream, or around one.
 */
export function filterFor(wanted: readonly string[], kept: readonly string[]): string {
  const narrow = around(wanted);
  if (kept.some((subject) => isPartOf(narrow, subject))) return narrow;
  return around(kept.filter((subject) => wanted.some((each) => overlap(each, subject))));
}
