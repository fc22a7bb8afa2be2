/** Regular expressions as they mean the same to every engine that reads JSON Schemas or Python. */

/** An escaped surrogate pair, any other escape, a class of characters, or any other character. */
const piece = /\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|\\.|\[(?:\\.|[^\]\\])*\]|./gsu;

/**
 * A portable pattern, spelt so that engines agree on the rest: elsewhere `$` also stands before a line break at the end of
 * the text, `.` stands for more line breaks, `[` and `$` in a class have a meaning, an empty class is none, and a surrogate
 * pair is two characters.
 *
 * @param pattern as a schema has it, accepted by the rule on patterns
 */
export function portablePattern(pattern: string): string {
  return pattern.replace(piece, (part) => {
    if (part.startsWith("[")) return classOf(part);
    return spellings[part] ?? withoutPair(part);
  });
}

const spellings: Readonly<Record<string, string>> = { $: "$(?!\\n)", ".": "[^\\n\\r\\u2028\\u2029]" };

function classOf(source: string): string {
  if (source === "[]") return "(?!)";
  if (source === "[^]") return "[\\s\\S]";
  const inside = source.slice(1, -1).replace(piece, (part) => (/^[[$]$/u.test(part) ? `\\${part}` : withoutPair(part)));
  return `[${inside}]`;
}

/** The character that an escaped pair stands for; anything else as it is. */
function withoutPair(part: string): string {
  return part.length > 2 ? (JSON.parse(`"${part}"`) as string) : part;
}
