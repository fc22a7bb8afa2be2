/** Header fields of messages, as the NATS client has them and as the runtime does. */
import { headers as emptyHeaders, type MsgHdrs } from "nats";
import type { Headers } from "../transport/transport.js";

/** Header fields for the client. */
export function natsHeaders(headers: Headers): MsgHdrs {
  const fields = emptyHeaders();
  for (const [name, value] of Object.entries(headers)) fields.set(name, value);
  return fields;
}

/** Header fields of a message that the client received. */
export function plainHeaders(headers: MsgHdrs | undefined): Headers | undefined {
  return headers && Object.fromEntries(headers.keys().map((name) => [name, headers.get(name)]));
}
