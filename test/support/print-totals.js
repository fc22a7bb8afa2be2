// Prints what failed and the sum of test reports, for people and programs that read the end of a log: vitest's in JSON,
// pytest's in JUnit XML. A report that is missing or empty is a failure: its tests did not run.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const paths = process.argv.slice(2);
const outcomes = paths.flatMap((path) => outcomesOf(existsSync(path) ? readFileSync(path, "utf8") : "", path));
for (const { name } of withOutcome("failed")) console.log(`FAILED ${name}`);
const [passed, failed, skipped] = ["passed", "failed", "skipped"].map((outcome) => withOutcome(outcome).length);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;

function withOutcome(outcome) {
  return outcomes.filter((test) => test.outcome === outcome);
}

function outcomesOf(text, path) {
  const tests = text.startsWith("{") ? JSON.parse(text).testResults.flatMap(fileOutcomes) : pytestOutcomes(text);
  return tests.length > 0 ? tests : [{ name: `${path}: no test of it ran`, outcome: "failed" }];
}

function fileOutcomes({ name, status, message, assertionResults }) {
  const path = relative(process.cwd(), name);
  const tests = assertionResults.map((test) => ({
    name: `${path} > ${test.fullName}`,
    outcome: vitestOutcome(test.status),
  }));
  const isUnexplained = status === "failed" && tests.every(({ outcome }) => outcome !== "failed");
  return isUnexplained ? [...tests, { name: `${path}: ${message.split("\n")[0]}`, outcome: "failed" }] : tests;
}

// A test whose process ended before it did has no outcome, and is no success.
function vitestOutcome(status) {
  if (status === "passed") return "passed";
  return ["skipped", "todo", "disabled"].includes(status) ? "skipped" : "failed";
}

function pytestOutcomes(text) {
  return [...text.matchAll(/<testcase ([^>]*?)(\/>|>(.*?)<\/testcase>)/gs)].map(([, attributes, , content = ""]) => ({
    name: `${attribute(attributes, "classname")}::${attribute(attributes, "name")}`,
    outcome: /<(failure|error)/.test(content) ? "failed" : /<skipped/.test(content) ? "skipped" : "passed",
  }));
}

function attribute(attributes, name) {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "?";
}
