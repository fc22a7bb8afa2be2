/** What generated sample factories do. */

/** Fields to replace. `undefined` takes a field away, as it does in JSON. */
export type Overrides<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/**
 * A value with some of its fields replaced, one level deep. Nothing is checked: a test may want a value that is wrong.
 *
 * @param base not changed, and not copied deeper than its fields: pass a new one each time
 */
export function sample<T extends object>(base: T, overrides: Overrides<T> = {}): T {
  const fields = Object.entries({ ...base, ...overrides }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as T;
}
