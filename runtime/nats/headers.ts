/** Header fields as they travel, which anybody may have written. */
import { headers as emptyFields, type MsgHdrs } from "nats";
import { isHeaderField } from "../transport/bus-rules.js";
import type { Headers } from "../transport/transport.js";

/** What header fields are to the NATS client, which does not export their class. */
type Fields = MsgHdrs & { readonly headers: Map<string, string[]>; encode(): Uint8Array };

/** A message of the NATS client. Its bytes are not part of the client's interface, and may be gone one day. */
interface ClientMessage {
  readonly headers?: MsgHdrs;
  /** The header fields, and after them the data. */
  readonly _rdata?: Uint8Array;
  /** `hdr`: how many bytes the header fields are; -1 when there are none. */
  readonly _msg?: { readonly hdr?: number };
}

const fieldsClass = emptyFields().constructor as unknown as { decode(data: Uint8Array): Fields };
const readByClient = fieldsClass.decode;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What was read last. */
let latest: { readonly bytes: Uint8Array; readonly headers: Headers } = { bytes: new Uint8Array(), headers: {} };

/**
 * Has the NATS client read header fields as this file does. Its own way throws at some of them, and does so where it reads
 * from the connection: one such reply, or one such value of a key, and nothing is heard any more. It also takes minutes for
 * as many as a message may hold. Holds for all connections of the process.
 */
export function readHeadersSafely(): void {
  fieldsClass.decode = readFields;
}

/** Fields for the NATS client to write. It may add to them. */
export function natsHeaders(headers: Headers): MsgHdrs {
  const fields = emptyFields();
  for (const [name, value] of Object.entries(headers)) fields.set(name, value);
  return fields;
}

/** Fields that are bytes already, for any number of messages. */
export interface WrittenHeaders {
  readonly fields: MsgHdrs;
  /** In bytes. */
  readonly size: number;
}

/** Makes bytes of fields, which the NATS client would do for each message again. */
export function writtenHeaders(headers: Headers): WrittenHeaders {
  const fields = natsHeaders(headers) as Fields;
  const bytes = fields.encode();
  return { fields: Object.assign(fields, { encode: () => bytes }), size: bytes.length };
}

/** The fields of a message. Most messages say what the one before said, and comparing bytes is much faster than reading them. */
export function readHeaders(message: ClientMessage): Headers | undefined {
  const { _rdata: bytes, _msg: { hdr: length = -1 } = {} } = message;
  if (bytes === undefined || length < 0) return plainHeaders(message.headers);
  if (!isLatest(bytes, length)) {
    // Copied, so that the rest of what came with them is not kept.
    const copy = new Uint8Array(bytes.subarray(0, length));
    latest = { bytes: copy, headers: Object.freeze(plainHeaders(message.headers) ?? {}) };
  }
  return latest.headers;
}

/** Fields that the NATS client has read. Of those with the same name, the first. */
export function plainHeaders(fields: MsgHdrs | undefined): Headers | undefined {
  return fields && Object.fromEntries(Array.from(fields, ([name, [value = ""]]) => [name, value]));
}

/** Whether a message begins with the fields that were read last. */
function isLatest(message: Uint8Array, length: number): boolean {
  const { bytes } = latest;
  if (bytes.length !== length) return false;
  for (let index = 0; index < length; index++) if (bytes[index] !== message[index]) return false;
  return true;
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
