/** What a target of garbage is, and what targets have in common. */
import { expect } from "vitest";
import { bytes, json, parsed } from "../../support/brokers.js";
import type { Garbage } from "./garbage.js";
import type { World } from "./world.js";

/** Something that takes messages. */
export interface Target {
  readonly name: string;
  /** Messages that are right, to make others of. */
  readonly good: readonly unknown[];
  /** Whether the bus keeps all that is sent, as a stream does: then its memory is no matter of ours. */
  readonly isKept?: boolean;
  attack(garbage: Garbage): unknown;
  /** Sends one that is right, and resolves when that has had its effect. */
  lives(): Promise<void>;
}

/** Where messages that are right come from. */
export const address = { station: "Oslo", region: "north" };
/** When, and their id. */
export const stamp = { timestamp: "2026-11-26T08:00:00Z", id: "4f0c" };
/** How long to wait for a sign of life. */
export const patience = { timeout: 60_000, interval: 5 };

/** How often what was heard. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

/** A message that is right. */
export function right(message: unknown): Garbage {
  return { data: json(message), headers: undefined, token: "" };
}

/** A subject for requests, and requests that are right. */
export interface Asked {
  readonly name: string;
  readonly subject: string;
  readonly good: readonly unknown[];
}

/** A target whose every request is answered once. */
export function asked(world: World, { name, subject, good }: Asked): Target {
  return {
    name,
    good,
    attack: (garbage) => world.ask(subject, garbage, "once"),
    lives: async () => {
      const { data } = await world.probe.request(subject, json(good[0]), { timeout: 60_000 });
      expect(parsed(data)).not.toMatchObject({ success: false });
      expect(data).not.toEqual(bytes(""));
    },
  };
}
