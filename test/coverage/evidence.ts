/** What was recorded of each message, and accepted by its schema. */
import { kryten } from "../../generated/kryten/messages.js";
import type { EventDescriptor } from "../../runtime/protocol/message.js";
import { argumentsIn, commandOf, recordedEvents, recordedExchanges, resultsIn } from "../support/recordings.js";

/** How many recorded values verify a message. */
export interface Evidence {
  readonly total: number;
  /** `3 requests, 1 reply`; empty when there is nothing. */
  readonly text: string;
}

/** The recorded values that verify a message. */
export function evidenceFor(ref: string): Evidence {
  const found = Object.entries(counts.get(ref) ?? {});
  return {
    total: found.reduce((sum, [, count]) => sum + count, 0),
    text: found.map(([what, count]) => `${count} ${count === 1 ? what : plural(what)}`).join(", "),
  };
}

const counts = countAll();

function countAll(): ReadonlyMap<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  const count = (ref: string, what: string) => {
    const known = found.get(ref) ?? {};
    found.set(ref, { ...known, [what]: (known[what] ?? 0) + 1 });
  };
  const events = new Map(Object.values<EventDescriptor>(kryten.events).map((event) => [event.name, event]));
  for (const { event, payload } of recordedEvents) {
    const descriptor = events.get(event);
    if (descriptor?.payload.check(payload, "tolerate")) count(descriptor.ref, "payload");
  }
  for (const exchange of recordedExchanges) {
    const command = commandOf(exchange);
    if (command === undefined) continue;
    for (const { value } of argumentsIn(exchange, command)) {
      if (command.args.check(value, "tolerate")) count(command.ref, "request");
    }
    for (const { value } of resultsIn(exchange, command)) {
      if (command.result.check(value, "tolerate")) count(command.ref, "result");
    }
  }
  return found;
}

function plural(noun: string): string {
  return `${noun}s`;
}
