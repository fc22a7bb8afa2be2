/** Leaving a server, also one that hangs. */
import type { NatsConnection, Subscription } from "nats";
import { within } from "../session/within.js";

/** In ms. How long a server may take for what was sent to it last, and for what it is to send. */
const patience = 2_000;

/** Resolves when the server has taken what was sent, answers just now included; or has not for so long that it will not. */
export async function lastWords(connection: NatsConnection): Promise<void> {
  const taken = connection.flush().catch(() => undefined);
  await within(patience, taken, undefined);
}

/** Takes no more, and resolves when all that was on its way has arrived; or when nothing has for so long that nothing will. */
export async function lastMessages(subscription: Subscription): Promise<void> {
  const drained = subscription.drain().then(() => true);
  let seen: number;
  do seen = subscription.getReceived();
  while (!(await within(patience, drained, false)) && subscription.getReceived() > seen);
}
