/** Running until told to stop. */

import { checkLimit } from "../amount.js";
import { ProtocolError } from "../error.js";

/** How a program stops. */
export interface RunOptions {
  /**
   * How long handlers may take to finish once the program is told to stop, in ms; then they are aborted, as they are by a
   * second signal. Default: 8,000, which is less than what container engines wait.
   */
  readonly drainTimeout?: number | undefined;
}

/** What runs. */
export interface Running {
  /** Resolves when the connection is closed: with an error when it was not this program that closed it. */
  readonly closed: Promise<ProtocolError | undefined>;
  drain(): Promise<void>;
  close(): Promise<void>;
  /** Told when there is no time left for handlers. */
  readonly onTimeout: (error: ProtocolError) => void;
}

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Resolves when the program was told to stop, by a signal or by closing the connection, and has.
 *
 * @throws ProtocolError `connection_closed` or `connection_failed` when the connection is lost for good; `invalid_argument`
 */
export async function run(running: Running, { drainTimeout = 8_000 }: RunOptions = {}): Promise<void> {
  checkLimit("drainTimeout", drainTimeout);
  const waiting: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const [told, toldAgain] = [next(), next()];
  const listen = () => waiting.shift()?.();
  for (const name of signals) process.on(name, listen);
  try {
    const error = await Promise.race([told, running.closed]);
    if (error !== undefined) throw error;
    await drainWithin(drainTimeout, running, toldAgain);
  } finally {
    for (const name of signals) process.off(name, listen);
    await running.close();
  }
}

async function drainWithin(drainTimeout: number, running: Running, impatience: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      const reason = `handlers did not finish within ${drainTimeout} ms of being told to stop, and are aborted`;
      running.onTimeout(new ProtocolError("handler_timeout", reason));
      resolve();
    }, drainTimeout);
  });
  await Promise.race([running.drain(), deadline, impatience]);
  clearTimeout(timer);
}
