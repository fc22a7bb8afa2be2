/** What is left of clients that are closed. */
import { expect, it } from "vitest";
import { startProgram } from "../support/program.js";

interface Told {
  readonly feature: string;
  readonly used: readonly string[];
  readonly left: readonly string[];
}

it("no socket and no timer is left of any feature, and the program ends by itself", { timeout: 600_000 }, async ({
  annotate,
}) => {
  const program = startProgram("test/chaos/programs/resources.ts");
  expect(await program.ended()).toEqual({ status: 0, complaints: "" });
  const told = program.said as readonly Told[];
  expect(told.map(({ feature }) => feature).sort()).toEqual([
    ...["connection", "durable", "events", "http", "lifecycle", "loop", "registry", "requests", "service", "state"],
  ]);
  for (const { used, left } of told) {
    expect(used).toEqual(expect.arrayContaining(["TCPSocketWrap", "TCPWRAP", "Timeout"]));
    expect(left).toEqual([]);
  }
  const used = told.flatMap((each) => each.used);
  await annotate(
    `${told.length} features were used and their clients closed, in the middle of everything: ` +
      `${told.map(({ feature }) => feature).join(", ")}. Of ${used.length} sockets and timers none was left.`,
  );
});
