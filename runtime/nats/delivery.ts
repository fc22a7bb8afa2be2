/** Messages as they arrive over a connection of the NATS client. */
import type { Msg } from "nats";
import type { Delivery, Headers, Respond, Transport } from "../transport/transport.js";
import { plainHeaders } from "./headers.js";
import type { SubjectDecoder } from "./subject.js";

/** A message that is looked at only as far as somebody asks. */
export class NatsDelivery implements Delivery {
  readonly #transport: Transport;
  readonly #message: Msg;
  readonly #subjects: SubjectDecoder | undefined;

  constructor(transport: Transport, message: Msg, subjects?: SubjectDecoder) {
    this.#transport = transport;
    this.#message = message;
    this.#subjects = subjects;
  }

  get subject(): string {
    return this.#subjects?.decode(this.#message) ?? this.#message.subject;
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
