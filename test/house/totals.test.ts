/** What the end of `make test` says: the sum of what both test runners report, and the name of everything that failed. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../support/scratch.js";

const script = "test/support/print-totals.js";
const good = vitestReport("passed", [outcome("adds", "passed")]);

test("the sum of both", async () => {
  expect(await totals(good, pytestReport('<testcase classname="test_sum" name="test_adds" />'))).toEqual({
    status: 0,
    lines: ["2 passed, 0 failed"],
  });
});

test("what failed has its name, in both", async () => {
  const failed = vitestReport("failed", [outcome("adds", "passed"), outcome("subtracts", "failed")]);
  const python =
    '<testcase classname="test_sum" name="test_adds[1]"><failure message="2 == 3">...</failure></testcase>';
  expect(await totals(failed, pytestReport(python))).toEqual({
    status: 1,
    lines: ["FAILED sum.test.ts > subtracts", "FAILED test_sum::test_adds[1]", "1 passed, 2 failed"],
  });
});

test("what was skipped is counted apart", async () => {
  const python = '<testcase classname="test_sum" name="test_adds"><skipped message="no">...</skipped></testcase>';
  const skipped = vitestReport("passed", [outcome("adds", "passed"), outcome("subtracts", "skipped")]);
  expect(await totals(skipped, pytestReport(python))).toEqual({ status: 0, lines: ["1 passed, 0 failed, 2 skipped"] });
});

test("a test without an outcome failed: its process ended before it did", async () => {
  const { status, lines } = await totals(vitestReport("passed", [outcome("adds", "pending")]));
  expect({ status, lines }).toEqual({ status: 1, lines: ["FAILED sum.test.ts > adds", "0 passed, 1 failed"] });
});

test("a file that cannot be loaded failed, as did a report that is not there", async () => {
  const { status, lines } = await totals(vitestReport("failed", [], "Cannot find module\n  at ..."), "");
  expect(status).toBe(1);
  expect(lines).toEqual([
    "FAILED sum.test.ts: Cannot find module",
    expect.stringMatching(/^FAILED .*report-1: no test of it ran$/),
    "0 passed, 2 failed",
  ]);
});

async function totals(...reports: readonly string[]): Promise<{ status: number; lines: string[] }> {
  const folder = await scratchFolder();
  const paths = await Promise.all(
    reports.map(async (report, index) => {
      const path = join(folder, `report-${index}`);
      await writeFile(path, report);
      return path;
    }),
  );
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...paths], (error, stdout) => {
      resolve({ status: Number(error?.code ?? 0), lines: stdout.trimEnd().split("\n") });
    });
  });
}

function vitestReport(status: string, assertionResults: readonly object[], message = ""): string {
  const name = join(process.cwd(), "sum.test.ts");
  return JSON.stringify({ success: status === "passed", testResults: [{ name, status, message, assertionResults }] });
}

function outcome(fullName: string, status: string): object {
  return { fullName, status };
}

function pytestReport(testCases: string): string {
  return `<?xml version="1.0"?><testsuites><testsuite name="pytest">${testCases}</testsuite></testsuites>`;
}
