/** The findings as a table for people, and as a page of the documentation. */
import type { Row } from "./row.js";
import { rounds } from "./row.js";

const header = ["what", "ours", "theirs", "unit", "ratio", "target", "met"];

/** A table in Markdown, whose columns are laid out for those who read it in a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [header, ...rows.map(cellsOf)];
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const [first, ...others] = lines.map(
    (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [first, rule, ...others].join("\n");
}

/** The text of docs/benchmarks.md. */
export function benchmarksPage(rows: readonly Row[]): string {
  const versions = new Map(rows.flatMap((row) => Object.entries(row.versions)));
  return `# Benchmarks

Written by \`make bench\`, which measures us beside what others use: in one run, on one machine, against one NATS server.
The two sides take turns, in ${rounds} rounds after one that warms up; shown is the round whose ratio, ours over theirs, is the
median. The ratio means something on another machine; the other numbers do not.

${tableOf(rows)}

The SDK is measured as it is installed: compiled. Compared with ${[...versions].map(([name, version]) => `${name} ${version}`).join(", ")}.

- Events: one line of chat in bursts, published over a bare socket, is decoded, checked and dispatched. The other side
  decodes it. Both read the text of the line.
- kryten-py: the same handler, in a process of its own, which gets smaller bursts of the same line.
- Requests: client and service are two connections of one process. Arguments and results are checked on both
  sides. The other side sends and answers the same JSON, with a constant time and id, keeps no traces either, and checks
  nothing.
- Validation: the captured events in the order they came, as readers check them: unknown fields are let through. Each
  validator is called as its users call it. Most events are small: calling is a fifth of our time for one, and less than a
  tenth of ajv's; reading fields costs both alike.
- Importing: processes that import and nothing else, on a warm file cache. The target is on the difference.
- Generating: processes of their own, on a warm file cache, with an empty folder and no memory of earlier runs, then with
  both. The change is to a description; medians of five. The compiler is the project's, with all types of the SDK.
- Memory: one process, after 200,000 events of warm-up, with garbage collected before each reading.

\`ROUNDS=15 make bench\` measures more often; \`make bench JSON=1\` prints one JSON object for each row.
`;
}

function cellsOf({ row, ours, theirs, unit, ratio, target, met }: Row): readonly string[] {
  const other = theirs === null ? "-" : number(theirs);
  return [row, number(ours), other, unit, ratio?.toFixed(2) ?? "-", target, met ? "yes" : "no"];
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 });
}
