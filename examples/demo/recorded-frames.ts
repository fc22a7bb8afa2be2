/** Recorded traffic, in the form in which the bridge puts it onto the bus. */
import { readFileSync } from "node:fs";

export interface Frame {
  readonly event: string;
  readonly payload: unknown;
}

/** The recorded frames of some events, in the order of the recording, at most `most` of each. */
export function recordedFrames(events: readonly string[], most: number): Frame[] {
  const lines = readFileSync(new URL("../../test/data/captures/cytube-events.jsonl", import.meta.url), "utf8").trim();
  const taken = new Map<string, number>();
  return lines
    .split("\n")
    .map((line) => JSON.parse(line) as Frame)
    .filter(({ event }) => {
      const before = taken.get(event) ?? 0;
      taken.set(event, before + 1);
      return events.includes(event) && before < most;
    });
}

/** The bytes of an event as the bridge writes them: ASCII only, with spaces, and a timestamp in microseconds. */
export function asBridged(frame: Frame, channel: string): Uint8Array {
  const body = {
    event_name: frame.event,
    payload: frame.payload,
    channel,
    domain: "cytu.be",
    timestamp: new Date().toISOString().replace("Z", "000+00:00"),
    correlation_id: crypto.randomUUID(),
  };
  return new TextEncoder().encode(asciiEscaped(spaced(body)));
}

/** JSON with a space after each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, field]) => `${JSON.stringify(key)}: ${spaced(field)}`)
    .join(", ")}}`;
}

function asciiEscaped(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
