/** The end of the program that is busy all the time. */
import { expect } from "vitest";
import type { Program } from "../support/program.js";

/** How attempts may end, by what was attempted. Anything else is a defect. */
const expected: Readonly<Record<string, readonly string[]>> = {
  event: ["succeeded"],
  request: ["succeeded", "timeout", "no_responders", "not_connected"],
  read: ["succeeded", "state_failed", "connection_failed", "not_connected"],
  write: ["succeeded", "state_failed", "connection_failed", "not_connected"],
};

/** Tells it to end, and returns in sentences how often what came to which end, and how long the slowest recovery took. */
export async function endsOf(program: Program): Promise<string> {
  program.signal("SIGTERM");
  expect(await program.ended()).toEqual({ status: 0, complaints: "" });
  const { outcomes } = program.said.at(-1) as { outcomes: Record<string, Record<string, number>> };
  expect(Object.keys(outcomes).sort()).toEqual(Object.keys(expected).sort());
  for (const [what, counts] of Object.entries(outcomes)) {
    expect(expected[what]).toEqual(expect.arrayContaining(Object.keys(counts)));
    expect(counts["succeeded"]).toBeGreaterThan(0);
  }
  const told = Object.entries(outcomes).map(([what, counts]) => `${what}: ${listed(counts)}`);
  const slowest = (of: "messages" | "state") =>
    Math.max(...program.said.map((said) => (said as { [of]?: number })[of] ?? 0));
  return (
    `At most ${slowest("messages")} ms after a connection was lost all messages came through again, and ` +
    `${slowest("state")} ms after it state was written, read and watched. ${told.join("; ")}.`
  );
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(", ");
}
