/** Constants in Python. */

/** A text, a number or a truth value, in the form that Python's formatters leave as it is. */
export function literal(value: string | number | boolean): string {
  if (typeof value === "string") return stringLiteral(value);
  return typeof value === "boolean" ? capitalized(String(value)) : String(value).replace("e+", "e");
}

/** Text between the triple quotes of a docstring. */
export function docstringText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"').replaceAll(invisible, escaped);
}

// A line break in the middle of a literal would end it, and half a surrogate pair has no UTF-8 form.
const invisible = /\p{Cc}|\p{Cf}|\p{Surrogate}|[\u2028\u2029]/gu;
const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function stringLiteral(text: string): string {
  const quote = occurrences(text, '"') > occurrences(text, "'") ? "'" : '"';
  const body = text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll(invisible, escaped);
  return quote + body + quote;
}

function occurrences(text: string, character: string): number {
  return text.split(character).length - 1;
}

function escaped(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  const hexadecimal = number.toString(16);
  if (number > 0xffff) return `\\U${hexadecimal.padStart(8, "0")}`;
  return (
    named[character] ?? (number > 0xff ? `\\u${hexadecimal.padStart(4, "0")}` : `\\x${hexadecimal.padStart(2, "0")}`)
  );
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
