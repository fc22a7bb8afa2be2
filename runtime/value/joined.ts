/** Putting records together where each message does. */

/**
 * A record with the fields of several; of those with the same name, the last counts. It is what `{ ...one, ...other }` is, for
 * which V8 takes some microseconds whenever something follows what is spread.
 */
export function joined(...records: readonly object[]): Record<string, unknown> {
  return Object.assign({}, ...records);
}
