/** Garbage in every place that takes messages. */
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { heapInUse } from "../../support/heap.js";
import { sizeOf } from "../size.js";
import { garbageOf } from "./garbage.js";
import { hostileBuses } from "./hostile-bus.js";
import { startTargets } from "./targets.js";
import { startWorld } from "./world.js";

const messages = sizeOf("MESSAGES", { usual: 2_500, full: 100_000 });
const seed = sizeOf("SEED", { usual: Date.now() % 2 ** 31, full: Date.now() % 2 ** 31 });
const batch = 50;
/** In MB. */
const mostGrowth = 20;

it.for(hostileBuses)(
  "on $name it kills nobody, is answered once, and leaves nothing behind",
  { timeout: 3_600_000 },
  async ({ name, start }, { annotate }) => {
    const bus = await start();
    const world = await startWorld(bus);
    const { listening } = world;
    onTestFinished(async () => {
      await world.stop();
      await bus.stop();
    });
    const targets = await startTargets(world);
    const rounds = Math.ceil(messages / (targets.length * batch));
    const sent = { messages: 0 };
    const attack = (target: (typeof targets)[number], numRuns: number) =>
      fc.assert(
        fc.asyncProperty(fc.array(garbageOf(target.good), { minLength: batch, maxLength: batch }), async (garbage) => {
          for (const each of garbage) await target.attack(each);
          await target.lives();
          await world.checkReplies();
          sent.messages += batch;
        }),
        { seed, numRuns, endOnFailure: true },
      );
    for (const target of targets) await attack(target, target.isKept ? rounds : 1);
    const before = heapInUse();
    for (const target of targets.filter(({ isKept }) => !isKept)) await attack(target, rounds);
    const growth = heapInUse() - before;
    expect(growth).toBeLessThan(mostGrowth);
    const { requests, replies: answers } = world.counts;
    await annotate(
      `On ${name}, ${sent.messages} mutated messages (seed ${seed}) went to ${targets.length} kinds of subscriptions: ` +
        `${targets.map((target) => target.name).join(", ")}. After every ${batch} a good one had its effect. ${requests} were ` +
        `requests, and got ${answers} replies: one each, but for commands that nobody answers. ${listening.counts.invalid} messages and ` +
        `${listening.counts.errors} errors were reported. The heap grew by ${growth.toFixed(1)} MB.`,
    );
  },
);
