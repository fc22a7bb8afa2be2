/** Leaving a server, also one that hangs: stopped in the middle, or behind a network that lets nothing through. */
import type { NatsConnection } from "nats";

/** In ms. How long a server may take for what was sent to it last. */
const patience = 2_000;

/** Resolves when the server has taken what was sent, answers just now included; or has not for so long that it will not. */
export async function lastWords(connection: NatsConnection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  await Promise.race([connection.flush().catch(() => undefined), impatience]);
  clearTimeout(timer);
}
