/** What one language makes of a value: the sum of what accepts it. */
export type Verdict = number;

/** A reader accepts it: the validator or model, with unknown fields let through. */
export const reader = 1;

/** A writer accepts it: the validator or model, with unknown fields refused. */
export const writer = 2;

/** It is valid against the JSON Schema, says a validator that is not ours. */
export const schema = 4;

/** All that can be agreed on: nobody accepts it, only writers refuse it, everybody accepts it. */
const sound: ReadonlySet<Verdict> = new Set([0, reader | schema, reader | writer | schema]);

/** Whether both languages, and in each our judges and the independent one, say the same. */
export function agree(typescript: Verdict, python: Verdict): boolean {
  return typescript === python && sound.has(typescript);
}

/** A verdict in words. */
export function describeVerdict(verdict: Verdict): string {
  const judges = Object.entries({ reader, writer, schema }).filter(([, bit]) => (verdict & bit) !== 0);
  return judges.length === 0 ? "refused by all" : `accepted by ${judges.map(([name]) => name).join(", ")}`;
}
