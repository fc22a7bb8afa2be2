/** All that takes messages: what is sent to it, and what shows that it still does its work. */
import { durable, events, lifecycle } from "./message-targets.js";
import { discovery, replies, services } from "./request-targets.js";
import { state } from "./state-targets.js";
import type { Target } from "./target.js";
import type { World } from "./world.js";

/** Starts them all. */
export async function startTargets(world: World): Promise<readonly Target[]> {
  const families = [events, durable, lifecycle, services, replies, state, discovery];
  const targets: Target[] = [];
  for (const family of families) targets.push(...(await family(world)));
  await world.listening.flush();
  return targets;
}
