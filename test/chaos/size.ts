/** How much is done: a little beside all other tests, and all of it by `make chaos`, which sets CHAOS=full. */

/**
 * A number from the environment, else the one that goes with the occasion.
 *
 * @param name of the variable, such as MESSAGES
 */
export function sizeOf(name: string, { usual, full }: { readonly usual: number; readonly full: number }): number {
  const given = Number(process.env[name]);
  if (given > 0) return given;
  return process.env["CHAOS"] === "full" ? full : usual;
}
