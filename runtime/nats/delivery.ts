/** Messages as they arrive over a connection of the NATS client. */
import type { Msg } from "nats";
import type { Delivery, Headers, Respond, Transport } from "../transport/transport.js";
import { readHeaders } from "./headers.js";
import type { SubjectDecoder } from "./subject.js";

/** A message that is looked at only as far as somebody asks; for its subject and its data, everybody does. */
export class NatsDelivery implements Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly #transport: Transport;
  readonly #message: Msg;

  constructor(transport: Transport, message: Msg, subjects?: SubjectDecoder) {
    this.subject = subjects?.decode(message) ?? message.subject;
    this.data = message.data;
    this.#transport = transport;
    this.#message = message;
  }

  get headers(): Headers | undefined {
    return readHeaders(this.#message);
  }

  get respond(): Respond | undefined {
    const { reply } = this.#message;
    if (reply === undefined || reply === "") return undefined;
    return (data, headers) => this.#transport.publish(reply, data, headers);
  }
}
