// Prints the sum of test reports as one plain line, for people and programs that read the end of a log: vitest's in JSON,
// pytest's in JUnit XML. A report that is missing or empty is a failure: its tests did not run.
import { existsSync, readFileSync } from "node:fs";

const nothing = { isSuccess: false, passed: 0, failed: 0, skipped: 0 };
const reports = process.argv
  .slice(2)
  .map((path) => (existsSync(path) ? totalsOf(readFileSync(path, "utf8")) : nothing));
const [passed, failed, skipped] = ["passed", "failed", "skipped"].map((outcome) => sum(outcome));
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = reports.every((report) => report.isSuccess && report.passed > 0) ? 0 : 1;

function totalsOf(text) {
  return text.startsWith("{") ? vitestTotals(JSON.parse(text)) : pytestTotals(text);
}

function vitestTotals({ success, numTotalTests, numPassedTests, numPendingTests, numTodoTests }) {
  const skipped = numPendingTests + numTodoTests;
  // A test whose process ended before it did has no outcome, and is no success.
  const failed = numTotalTests - numPassedTests - skipped;
  return { isSuccess: success && failed === 0, passed: numPassedTests, failed, skipped };
}

function pytestTotals(text) {
  const [suite = ""] = /<testsuite [^>]*>/.exec(text) ?? [];
  const [tests, failures, errors, skipped] = ["tests", "failures", "errors", "skipped"].map((name) =>
    count(suite, name),
  );
  const failed = failures + errors;
  return { isSuccess: failed === 0, passed: tests - failed - skipped, failed, skipped };
}

function count(suite, name) {
  return Number(new RegExp(` ${name}="([0-9]+)"`).exec(suite)?.[1] ?? 0);
}

function sum(outcome) {
  return reports.reduce((total, report) => total + report[outcome], 0);
}
