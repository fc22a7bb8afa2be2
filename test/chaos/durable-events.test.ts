/** Durable events on a server that is killed and started again, again and again. */
import { expect, it, onTestFinished } from "vitest";
import { startNatsServer } from "../support/nats-server.js";
import { startProgram } from "../support/program.js";
import { sizeOf } from "./size.js";

const crashes = sizeOf("CRASHES", { usual: 3, full: 20 });
const events = sizeOf("DURABLE_EVENTS", { usual: 2_000, full: 24_000 });

/** What the program says at its end. */
interface Account {
  readonly stored: number;
  readonly handled: number;
  readonly again: number;
  readonly shares: readonly number[];
  readonly attempts: number;
  readonly duplicates: number;
  readonly postponed: number;
}

it("are all delivered, whatever happens to the server meanwhile", async ({ annotate }) => {
  const server = await startNatsServer();
  onTestFinished(server.stop);
  const program = startProgram("test/chaos/programs/durable-events.ts", server.url, String(events));
  for (let crash = 1; crash <= crashes; crash += 1) {
    const due = Math.floor((events * crash) / (crashes + 1));
    await program.says((said) => expect(storedBy(said)).toBeGreaterThanOrEqual(due));
    await server.crash();
    await server.restart();
  }
  expect(await program.ended()).toEqual({ status: 0, complaints: "" });
  const account = program.said.at(-1) as Account;
  expect(account).toMatchObject({ stored: events, handled: events, letters: [], complaints: [] });
  expect(Math.min(...account.shares)).toBeGreaterThan(0);
  expect(account.postponed).toBeGreaterThan(0);
  await annotate(
    `A server was killed ${crashes} times under traffic. Of ${account.stored} durable events that it had said to keep, ` +
      `${account.stored - account.handled} were lost. Handlers were called ${account.again} times for events that had been ` +
      `handled, because the server had not written that down. To store them took ${account.attempts} attempts, of which ${account.duplicates} had succeeded ` +
      `unheard before. Two programs handled ${account.shares.join(" and ")}.`,
  );
});

function storedBy(said: readonly unknown[]): number {
  const counts = said.flatMap((each) =>
    typeof each === "object" && each !== null && "stored" in each ? each.stored : [],
  );
  return Number(counts.at(-1) ?? 0);
}
