/** Findings: what is wrong in the schemas, where, and what to do. Collected and printed together, never thrown. */
import { nearest, quote } from "../../runtime/value/wording.js";
import type { FindingCode } from "./finding-codes.js";

/** One thing to repair (`error`), or to think about (`warning`). Line and column count from 1. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: "error" | "warning";
  /** As a path from where the generator was started. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** Whether a finding stops the phases after it. */
export function isError(finding: Finding): boolean {
  return finding.severity === "error";
}

/** Findings in the order of files, lines and columns. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (left, right) =>
      compare(left.file, right.file) ||
      left.line - right.line ||
      left.column - right.column ||
      compare(left.code, right.code) ||
      compare(left.message, right.message),
  );
}

/** Findings as people read them: `file:line:column code message`, with the hint on a line of its own. Ends with a newline. */
export function printFindings(findings: readonly Finding[]): string {
  return sortFindings(findings)
    .map(({ file, line, column, code, severity, message, hint }) => {
      const mark = severity === "warning" ? "warning " : "";
      const advice = hint === undefined ? "" : `    hint: ${hint}\n`;
      return `${file}:${line}:${column} ${mark}${code} ${message}\n${advice}`;
    })
    .join("");
}

/**
 * A hint for a misspelt name: `did you mean "description"?`
 *
 * @param known names that would have been right
 * @returns undefined when none of them is near
 */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const meant = nearest(name, known);
  return meant === undefined ? undefined : `did you mean ${quote(meant)}?`;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
