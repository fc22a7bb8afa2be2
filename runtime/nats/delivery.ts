/** Messages as they arrive over a connection of the NATS client. */
import type { Msg } from "nats";
import type { Delivery, Headers, Respond, Transport } from "../transport/transport.js";
import { plainHeaders } from "./headers.js";
import type { SubjectDecoder } from "./subject.js";

/** A message that is looked at only as far as somebody asks; for its subject, everybody does. */
export class NatsDelivery implements Delivery {
  readonly subject: string;
  readonly #transport: Transport;
  readonly #message: Msg;

  constructor(transport: Transport, message: Msg, subjects?: SubjectDecoder) {
    this.subject = subjects?.decode(message) ?? message.subject;
    this.#transport = transport;
    this.#message = message;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  get headers(): Headers | undefined {
    return plainHeaders(this.#message.headers);
  }

  get respond(): Respond | undefined {
    const { reply } = this.#message;
    if (reply === undefined || reply === "") return undefined;
    return (data, headers) => this.#transport.publish(reply, data, headers);
  }
}
