/** What a benchmark has found, and how it measures. */
import { createRequire } from "node:module";

/** One comparison: what we measure, what the others do, and whether that is what we promise. */
export interface Row {
  readonly row: string;
  /** `ours` over `theirs`, the median over the rounds; `null` where the target is no ratio. */
  readonly ratio: number | null;
  /** What is promised, in words. */
  readonly target: string;
  readonly met: boolean;
  /** Of `ours` and `theirs`. */
  readonly unit: string;
  /** A median over the rounds, as `theirs`. */
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

/**
 * The medians of two measurements that take turns, so that what else the machine does meets both. The first round only
 * warms up; who begins alternates.
 */
export async function sideBySide(
  ours: Measurement,
  theirs: Measurement,
): Promise<{ readonly ours: number; readonly theirs: number; readonly ratio: number }> {
  const found = { ours: [] as number[], theirs: [] as number[] };
  await ours();
  await theirs();
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) found.ours.push(await ours());
    found.theirs.push(await theirs());
    if (round % 2 === 1) found.ours.push(await ours());
  }
  // Of each round, because what else the machine does comes and goes.
  const ratios = found.ours.map((mine, round) => mine / (found.theirs[round] ?? Number.NaN));
  return { ours: median(found.ours), theirs: median(found.theirs), ratio: median(ratios) };
}

/** The middle of some numbers; of an even count, the upper of the two. Throws when there are none. */
export function median(numbers: readonly number[]): number {
  const middle = numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
  if (middle === undefined) throw new Error("there is no median of nothing");
  return middle;
}

const require = createRequire(import.meta.url);

/** The installed versions of packages, by name. */
export function versionsOf(...packages: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(packages.map((name) => [name, String(require(`${name}/package.json`).version)]));
}
