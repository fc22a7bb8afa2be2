/** The subjects of a subscription's messages, as text. */

/** A message of the NATS client. Its bytes are not part of the client's interface, and may be gone one day. */
interface ClientMessage {
  readonly subject: string;
  readonly _msg?: { readonly subject?: Uint8Array };
}

/**
 * Decodes subjects. They come in runs of the same one, and decoding it costs as much as opening an envelope, so the text before
 * is used again while the bytes are the same.
 */
export class SubjectDecoder {
  /** Where the subjects of the subscription begin to differ. */
  readonly #start: number;
  #bytes: Uint8Array | undefined;
  #text = "";

  /** @param pattern the subject that was subscribed to */
  constructor(pattern: string) {
    this.#start = pattern.search(/[^\x20-\x7e]|(?<![^.])[*>](?![^.])|$/u);
  }

  decode(message: ClientMessage): string {
    const bytes = message._msg?.subject;
    if (bytes === undefined) return message.subject;
    if (!this.#isLatest(bytes)) {
      this.#text = message.subject;
      this.#bytes = bytes;
    }
    return this.#text;
  }

  #isLatest(bytes: Uint8Array): boolean {
    const latest = this.#bytes;
    if (latest?.length !== bytes.length) return false;
    for (let index = bytes.length - 1; index >= this.#start; index--) {
      if (latest[index] !== bytes[index]) return false;
    }
    return true;
  }
}
