/** Text that a regular expression accepts: what samples and test vectors are made of when a schema only gives a pattern. */

/** A part of a pattern, as the text it stands for when everything that may repeat does so `extra` times more than it must. */
type Part = (extra: number) => string;

/** What a character class is asked for, the most readable first. */
const candidates = [
  ..."abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ",
  ...printable(),
  ..."\n\r\t",
];

/**
 * The shortest text that this file can make for a pattern.
 *
 * @param pattern a regular expression of the portable subset, searched for with Unicode semantics
 * @param minimumLength in code points
 * @returns nothing when it finds none; then the schema needs an example
 */
export function textMatching(pattern: string, minimumLength = 0): string | undefined {
  const expression = new RegExp(pattern, "u");
  const make = new PatternReader(pattern).read();
  for (let extra = 0; extra <= minimumLength; extra++) {
    const text = make(extra);
    const missing = Math.max(0, minimumLength - [...text].length);
    const found = [text, text + "a".repeat(missing)].find(
      (candidate) => [...candidate].length >= minimumLength && expression.test(candidate),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads a pattern from left to right. Its caller tries the outcome, so what it does not know may come out wrong. */
class PatternReader {
  readonly #pattern: string;
  #position = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** Alternatives, of which the first is taken. */
  read(): Part {
    const first = this.#sequence();
    while (this.#skip("|")) this.#sequence();
    return first;
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#position < this.#pattern.length && !this.#at("|") && !this.#at(")"))
      parts.push(this.#repeated(this.#atom()));
    return (extra) => parts.map((part) => part(extra)).join("");
  }

  #atom(): Part {
    if (this.#skip("^") || this.#skip("$")) return () => "";
    if (this.#skip("(")) return this.#group();
    const source = this.#take(/\[(?:\\.|[^\]\\])*\]|\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\.|./suy);
    const character = characterMatching(source);
    return () => character;
  }

  #group(): Part {
    const opening = this.#take(/\?(?:[:=!]|<[=!]|<[^>]*>)|/uy);
    const content = this.read();
    this.#skip(")");
    return opening.endsWith("!") || opening.endsWith("=") ? () => "" : content;
  }

  #repeated(part: Part): Part {
    const quantifier = this.#take(/(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??|/uy);
    if (quantifier === "") return part;
    const { minimum, maximum } = boundsOf(quantifier);
    return (extra) => part(extra).repeat(Math.min(maximum, minimum + extra));
  }

  #at(character: string): boolean {
    return this.#pattern[this.#position] === character;
  }

  #skip(character: string): boolean {
    const found = this.#at(character);
    if (found) this.#position += 1;
    return found;
  }

  #take(expression: RegExp): string {
    expression.lastIndex = this.#position;
    const text = expression.exec(this.#pattern)?.[0] ?? "";
    this.#position += text.length;
    return text;
  }
}

function characterMatching(source: string): string {
  const expression = new RegExp(`^${source}$`, "su");
  // A class of characters that are not ASCII names at least one of them, as it is or by its number.
  return [...candidates, ...source, ...numbered(source)].find((character) => expression.test(character)) ?? "";
}

function numbered(source: string): readonly string[] {
  return [...source.matchAll(/\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))/gu)].map((number) =>
    String.fromCodePoint(Number.parseInt(number[1] ?? number[2] ?? number[3] ?? "", 16)),
  );
}

function boundsOf(quantifier: string): { readonly minimum: number; readonly maximum: number } {
  if (quantifier.startsWith("?")) return { minimum: 0, maximum: 1 };
  if (quantifier.startsWith("*")) return { minimum: 0, maximum: Number.POSITIVE_INFINITY };
  if (quantifier.startsWith("+")) return { minimum: 1, maximum: Number.POSITIVE_INFINITY };
  const [, minimum, comma, maximum] = /^\{([0-9]+)(,?)([0-9]*)\}/u.exec(quantifier) ?? [];
  if (!comma) return { minimum: Number(minimum), maximum: Number(minimum) };
  return { minimum: Number(minimum), maximum: maximum ? Number(maximum) : Number.POSITIVE_INFINITY };
}

function printable(): string[] {
  return Array.from({ length: 0x7f - 0x20 }, (_, offset) => String.fromCodePoint(0x20 + offset));
}
