/** How `generate` and `check` tell what they found and did. */
import { join } from "node:path";
import { isError, printFindings } from "../findings/diagnostic.js";
import type { Generation } from "../pipeline.js";
import { colors } from "./colors.js";

/** How long a list of files may be before it is only counted. */
const longestList = 20;

/**
 * Print what came of a run: findings on standard error, all else on standard output, or everything as one JSON document.
 * Sets the exit status: 1 when there is an error, or a file that is not what it should be.
 *
 * @param out the output folder, as given
 */
export function report(generation: Generation, { out, json }: { readonly out: string; readonly json?: true }): void {
  const { findings, differing } = generation;
  const failed = findings.some(isError) || differing.length > 0;
  if (failed) process.exitCode = 1;
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: !failed, ...generation }, null, 2)}\n`);
    return;
  }
  process.stderr.write(printFindings(findings));
  process.stdout.write(
    summary(generation, out)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

function summary({ findings, written, removed, unchanged, differing }: Generation, out: string): readonly string[] {
  const errors = findings.filter(isError).length;
  if (errors > 0) return [colors.red(`${count(errors, "error")}; nothing was written`)];
  if (differing.length > 0) {
    return [
      ...shortened(differing.map(({ path, how }) => `${colors.yellow(how.padEnd(8))} ${join(out, path)}`)),
      colors.red(`${count(differing.length, "file")} in ${out} not as the schemas say; run kryten-sdk generate`),
    ];
  }
  const changes = [
    ...written.map((path) => `${colors.green("written")}  ${join(out, path)}`),
    ...removed.map((path) => `${colors.yellow("removed")}  ${join(out, path)}`),
  ];
  const total = `${written.length} written, ${removed.length} removed, ${unchanged.length} unchanged`;
  const current = `${count(unchanged.length, "file")} in ${out}, all as the schemas say`;
  return changes.length > 0 ? [...shortened(changes), total] : [colors.green(current)];
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= longestList) return lines;
  return [...lines.slice(0, longestList), `... and ${lines.length - longestList} more`];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
