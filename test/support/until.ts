/** Waiting for a condition, in programs that no test runner is there for. */

/** In ms. The machine may be busy. */
const patience = 60_000;

/**
 * Resolves as soon as the condition holds.
 *
 * @param what for the error, when it never does
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${patience} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
