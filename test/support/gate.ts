/** Holding something up until the test says so. */

/** A promise, and what settles it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const held: { open: () => void } = { open: () => undefined };
  const opened = new Promise<void>((resolve) => {
    held.open = resolve;
  });
  return { opened, open: () => held.open() };
}
