/** Waiting for a server that may hang: stopped in the middle, or behind a network that lets nothing through. */

/** Whether it came to pass within so many ms. Throws what it rejects with by then. */
export async function within(limit: number, awaited: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limit, false);
  });
  try {
    return await Promise.race([awaited.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
