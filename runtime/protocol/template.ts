/** What stands around a payload, as data. `envelope.ts` writes and reads it. */

/**
 * The form of a message around its payload, as JSON with holes.
 *
 * - a string `"{args}"` is a hole for the whole value; any other value stands for itself
 * - a key that ends in `?` is written when there is a value, and may be absent when read
 * - the key `"..."` spreads an object: when read, it takes the fields that no other key names
 */
export type Template = null | boolean | number | string | readonly Template[] | { readonly [key: string]: Template };

/** How an event wraps its payload. Holes: `event payload id timestamp`, and the parts of the address. */
export interface EventEnvelope {
  readonly kind: "event";
  readonly body: Template;
}

/**
 * How a command is asked and answered. Holes of a request: `service command args source id timestamp`, and the parts of the
 * address; of a reply: `service command result message code`.
 */
export interface CommandEnvelope {
  readonly kind: "command";
  readonly request: Template;
  /** Absent: nobody answers such a command. */
  readonly reply?: {
    readonly success: Template;
    /** Tried in order, before `success`; the first is the one a service writes. */
    readonly failures: readonly Template[];
  };
}

/** How a message is wrapped. */
export type Envelope = EventEnvelope | CommandEnvelope;
