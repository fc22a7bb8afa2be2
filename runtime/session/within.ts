/** Waiting for what may never come: an answer of a server that hangs, or of a program that does. */

/**
 * What comes within so many ms, or what stands for that it did not.
 *
 * @param late what there is then
 * @throws what is awaited rejects with by then
 */
export async function within<T, Late>(limit: number, awaited: T | PromiseLike<T>, late: Late): Promise<T | Late> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<Late>((resolve) => {
    timer = setTimeout(() => resolve(late), limit);
  });
  try {
    return await Promise.race([awaited, end]);
  } finally {
    clearTimeout(timer);
  }
}
