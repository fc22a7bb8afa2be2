/** Memory, after very many messages. */
import { expect, it, onTestFinished } from "vitest";
import { startNatsServer } from "../support/nats-server.js";
import { startProgram } from "../support/program.js";
import { sizeOf } from "./size.js";

const events = sizeOf("EVENTS", { usual: 50_000, full: 1_000_000 });
/** Until the machine code and the heap are as they stay. */
const warmUp = sizeOf("WARM_UP", { usual: 100_000, full: 200_000 });
/** In MB. The design's number. */
const mostGrowth = 20;

interface Told {
  readonly events: number;
  readonly requests: number;
  /** By the metrics. */
  readonly counted: number;
  readonly growth: number;
}

it("keeps memory flat, and the program ends by itself", { timeout: 3_600_000 }, async ({ annotate }) => {
  const server = await startNatsServer();
  onTestFinished(server.stop);
  const program = startProgram("test/chaos/programs/soak.ts", server.url, String(warmUp), String(events));
  expect(await program.ended()).toEqual({ status: 0, complaints: "" });
  const [told] = program.said as [Told];
  expect(told).toMatchObject({ events: warmUp + events, counted: warmUp + events });
  expect(told.growth).toBeLessThan(mostGrowth);
  await annotate(
    `${told.events} events passed through a handler, and ${told.requests} requests through a service, with metrics, ` +
      `heartbeats, state and the registry on. Resident memory grew by ${told.growth.toFixed(1)} MB after the first ` +
      `${warmUp} events. The program ended by itself once its clients were closed.`,
  );
});
