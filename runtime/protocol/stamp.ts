/** What every message that is sent carries of itself. */

/** A message's id and time. */
export interface Stamp {
  /** A random UUID unless given. */
  readonly id: string;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly timestamp: string;
}

/** Makes what is not given. */
export function stamp({ id = crypto.randomUUID(), timestamp = now() }: Partial<Stamp> = {}): Stamp {
  return { id, timestamp };
}

const latest = { at: 0, text: "" };

/** Many messages are sent within a millisecond, and writing the time costs as much as making a UUID. */
function now(): string {
  const at = Date.now();
  if (at !== latest.at) Object.assign(latest, { at, text: new Date(at).toISOString() });
  return latest.text;
}
