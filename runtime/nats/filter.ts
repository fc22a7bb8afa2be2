/** What a consumer asks a server for. Servers before 2.10 take one subject, so that is what every server is asked for. */

/** Whether every subject of one pattern is one of another. Both may hold the wildcards `*` and, as the last, `>`. */
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
 * One subject for all that a consumer wants of a stream. A server wants it to be within one subject of the stream, or around
 * one.
 */
export function filterFor(wanted: readonly string[], kept: readonly string[]): string {
  const narrow = around(wanted);
  if (kept.some((subject) => isPartOf(narrow, subject))) return narrow;
  return around(kept.filter((subject) => wanted.some((each) => isPartOf(each, subject))));
}
