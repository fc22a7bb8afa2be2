/** Keeping secrets out of what is written down. */

/** What stands for a secret. */
export const redacted = "[redacted]";

const secretName =
  /pass(?:word|phrase|wd)?$|token$|secret|credential|creds$|authori[sz]ation|cookie|api_?key|private_?key|seed$|nkey|jwt/iu;

const secretTexts: readonly (readonly [RegExp, string])[] = [
  // The user and password of a URL.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/giu, `$1${redacted}@`],
  // The seed of an nkey.
  [/\bS[ACNOUX][A-Z2-7]{56}\b/gu, redacted],
  // A JSON web token.
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/gu, redacted],
  [/\b(Bearer|Basic)\s+[\w.~+/-]{8,}=*/giu, `$1 ${redacted}`],
];

const deepest = 6;

/** A text without the secrets that can be told by their form. */
export function redactText(text: string): string {
  return secretTexts.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

/**
 * A copy of a value that JSON can say, without secrets: neither what stands under a name like `password`, nor what looks like
 * one. Errors become objects. What nests deeper than 6 levels, or contains itself, is cut.
 */
export function redact(value: unknown): unknown {
  return copy(value, deepest);
}

function copy(value: unknown, levels: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (levels === 0) return Array.isArray(value) ? "[array]" : "[object]";
  if (Array.isArray(value)) return value.map((item) => copy(item, levels - 1));
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  const entries = Object.entries(value instanceof Error ? fieldsOf(value) : value);
  return Object.fromEntries(
    entries.map(([name, field]) => [name, isSecret(name, field) ? redacted : copy(field, levels - 1)]),
  );
}

/** Whether what stands under this name is secret: `password`, `token`, `nkey`. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

function isSecret(name: string, field: unknown): boolean {
  return isSecretName(name) && field !== undefined && field !== null && typeof field !== "boolean";
}

/** What an error says, its own fields included. */
function fieldsOf(error: Error): object {
  const { name, message, stack, cause } = error;
  return { ...error, name, message, stack, ...(cause === undefined ? {} : { cause }) };
}
