/** Header fields as they travel, which anybody may have written. */
import { headers as emptyFields, type MsgHdrs } from "nats";
import { isHeaderField } from "../transport/bus-rules.js";
import type { Headers } from "../transport/transport.js";

/** What header fields are to the NATS client, which does not export their class. */
type Fields = MsgHdrs & { readonly headers: Map<string, string[]> };

const fieldsClass = emptyFields().constructor as unknown as { decode(data: Uint8Array): Fields };
const readByClient = fieldsClass.decode;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * Has the NATS client read header fields as this file does. Its own way throws at some of them, and does so where it reads
 * from the connection: one such reply, or one such value of a key, and nothing is heard any more. It also takes minutes for
 * as many as a message may hold. Holds for all connections of the process.
 */
export function readHeadersSafely(): void {
  fieldsClass.decode = readFields;
}

/** Fields for the NATS client to write. */
export function natsHeaders(headers: Headers): MsgHdrs {
  const fields = emptyFields();
  for (const [name, value] of Object.entries(headers)) fields.set(name, value);
  return fields;
}

/** Fields that the NATS client has read. Of those with the same name, the first. */
export function plainHeaders(fields: MsgHdrs | undefined): Headers | undefined {
  return fields && Object.fromEntries(Array.from(fields, ([name, [value = ""]]) => [name, value]));
}

/** All fields that can be read; others are left out. */
function readFields(data: Uint8Array): Fields {
  const [status = "", ...lines] = decoder.decode(data).split("\r\n");
  // There is no other way to make fields with a status. A first line alone is read without harm.
  const fields = readByClient(encoder.encode(status));
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    const value = line.slice(colon + 1).trim();
    // What is read can be written again, as with a dead letter.
    if (!isHeaderField(name, value)) continue;
    const values = fields.headers.get(name);
    if (values === undefined) fields.headers.set(name, [value]);
    else values.push(value);
  }
  return fields;
}
