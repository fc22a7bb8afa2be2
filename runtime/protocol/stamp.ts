/** What every message that is sent carries of itself. */

/** A message's id and time. */
export interface Stamp {
  /** A random UUID unless given. */
  readonly id: string;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly timestamp: string;
}

/** Makes what is not given. */
export function stamp({ id = crypto.randomUUID(), timestamp = new Date().toISOString() }: Partial<Stamp> = {}): Stamp {
  return { id, timestamp };
}
