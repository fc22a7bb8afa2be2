/** Telling programs what happens to their connection. */
import { ProtocolError } from "../error.js";
import type { Registration } from "../registration.js";
import type { Session } from "../session/session.js";
import type { TransportStatus } from "../transport/transport.js";

/** Calls the listener from now on. What it throws is reported. */
export function listenTo(
  { transport, reporter }: Session,
  listener: (status: TransportStatus) => unknown,
): Registration {
  const tell = async (status: TransportStatus) => {
    try {
      await listener(status);
    } catch (reason) {
      reporter.error(ProtocolError.from(reason, "handler_failed"));
    }
  };
  return { stop: transport.onStatus(tell) };
}
