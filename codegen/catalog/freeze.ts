/**
 * Freeze a value and everything inside it. Functions are frozen, not called: the shapes that references lead to are frozen
 * where they are declared.
 *
 * @returns the same value
 */
export function freeze<T>(value: T): T {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || Object.isFrozen(value))
    return value;
  Object.freeze(value);
  for (const inside of Object.values(value)) freeze(inside);
  return value;
}
