/** JSON pointers (RFC 6901): how findings and origins name a place inside a file. */

/**
 * A pointer with more steps appended.
 *
 * @param pointer a JSON pointer; empty for the whole document
 * @param steps property names or array indices, not yet escaped
 */
export function join(pointer: string, ...steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => `${path}/${escapeStep(String(step))}`, pointer);
}

/** The steps of a pointer, unescaped. */
export function split(pointer: string): readonly string[] {
  return pointer.split("/").slice(1).map(unescapeStep);
}

function escapeStep(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
