/** What a benchmark has found, and how it measures. */
import { createRequire } from "node:module";

/** One comparison: what we measure, what the others do, and whether that is what we promise. */
export interface Row {
  readonly row: string;
  /** `ours` over `theirs`, of the round in which it is the median; `null` where the target is no ratio. */
  readonly ratio: number | null;
  /** What is promised, in words. */
  readonly target: string;
  readonly met: boolean;
  /** Of `ours` and `theirs`. */
  readonly unit: string;
  /** Of the same round as `ratio` and `theirs`; where nothing stands beside it, a median. */
  readonly ours: number;
  /** `null` where nothing stands beside it. */
  readonly theirs: number | null;
  /** Of what was compared, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Something that is measured once a round. Resolves to a number in the unit of its row. */
export type Measurement = () => Promise<number> | number;

/** How often everything is measured: `ROUNDS` of the environment, 5 at least. */
export const rounds: number = Math.max(5, Number(process.env["ROUNDS"] ?? "") || 9);

/** What one round has measured of both. */
interface Round {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

/**
 * Two measurements that take turns, so that what else the machine does meets both: the round whose ratio is the median. The
 * first round only warms up; who begins alternates.
 */
export async function sideBySide(ours: Measurement, theirs: Measurement): Promise<Round> {
  await ours();
  await theirs();
  const found: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    found.push(round % 2 === 0 ? await inTurn(ours, theirs) : swapped(await inTurn(theirs, ours)));
  }
  // One that took place: with the median of each side, the ratio would be that of two moments.
  return middleOf(found, ({ ratio }) => ratio);
}

async function inTurn(first: Measurement, second: Measurement): Promise<Round> {
  const ours = await first();
  const theirs = await second();
  return { ours, theirs, ratio: ours / theirs };
}

function swapped({ ours, theirs, ratio }: Round): Round {
  return { ours: theirs, theirs: ours, ratio: 1 / ratio };
}

/** The middle of some numbers; of an even count, the upper of the two. Throws when there are none. */
export function median(numbers: readonly number[]): number {
  return middleOf(numbers, (number) => number);
}

function middleOf<T>(items: readonly T[], by: (item: T) => number): T {
  const middle = items.toSorted((a, b) => by(a) - by(b))[Math.floor(items.length / 2)];
  if (middle === undefined) throw new Error("there is no median of nothing");
  return middle;
}

const require = createRequire(import.meta.url);

/** The installed versions of packages, by name. */
export function versionsOf(...packages: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(packages.map((name) => [name, String(require(`${name}/package.json`).version)]));
}
