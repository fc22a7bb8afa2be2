/** How much of the SDK a program takes along that checks one event. */
import { validatorSizes } from "../support/bundle.js";
import { type Row, versionsOf } from "./row.js";

/** The row of the largest validator. */
export async function bundleRows(): Promise<readonly Row[]> {
  const sizes = await validatorSizes();
  const largest = Math.max(...sizes.map(({ size }) => size)) / 1_000;
  return [
    {
      row: "one event's validator, bundled and compressed (the largest)",
      ratio: null,
      target: "at most 10 kB",
      met: largest <= 10,
      unit: "kB",
      ours: largest,
      theirs: null,
      versions: versionsOf("esbuild"),
    },
  ];
}
