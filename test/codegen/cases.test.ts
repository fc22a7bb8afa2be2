import { existsSync, readdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { printFindings } from "../../codegen/findings/diagnostic.js";
import { findingCodes } from "../../codegen/findings/finding-codes.js";
import { produce } from "../../codegen/pipeline.js";
import { withManifest } from "../../codegen/write/manifest.js";
import { reconcile } from "../../codegen/write/write.js";
import { contentsOf } from "../support/contents.js";

// A case is a folder: schema/, and what comes of it: expected/ when files are generated, stderr.txt when there are findings.
// `UPDATE=1 npx vitest run test/codegen/cases.test.ts` writes both anew.
const cases = "test/cases";
const update = process.env["UPDATE"] === "1";

// What a Python package holds a copy of is not repeated in each case: the runtime, the schemas.
const copy = /^python\/[^/]+\/(?:runtime|json-schema|schema)\//u;

async function outcomeOf(folder: string) {
  const { findings, files } = await produce({ schema: join(folder, "schema"), runtimeModule: "kryten-sdk/internal" });
  const stderr = printFindings(findings).replaceAll(`${folder}/`, "");
  return { stderr, files: files.filter(({ path }) => !copy.test(path)) };
}

describe("cases", () => {
  it.each(readdirSync(cases))("%s", async (name) => {
    const folder = join(cases, name);
    const { stderr, files } = await outcomeOf(folder);
    if (update) {
      await rm(join(folder, "stderr.txt"), { force: true });
      if (stderr !== "") await writeFile(join(folder, "stderr.txt"), stderr);
      if (files.length > 0) reconcile(files, join(folder, "expected"), "write");
      else await rm(join(folder, "expected"), { recursive: true, force: true });
    }
    const printed = existsSync(join(folder, "stderr.txt")) ? await readFile(join(folder, "stderr.txt"), "utf8") : "";
    expect(stderr).toBe(printed);
    const manifested = files.length > 0 ? withManifest(files) : [];
    const generated = Object.fromEntries(manifested.map(({ path, content }) => [path, content]));
    expect(generated).toEqual(await contentsOf(join(folder, "expected")));
    expect(printed !== "" || files.length > 0, "a case has expected/ or stderr.txt").toBe(true);
  });

  it("show every code that a finding about schemas may have", async () => {
    const printed = await Promise.all(
      readdirSync(cases)
        .map((name) => join(cases, name, "stderr.txt"))
        .filter(existsSync)
        .map((path) => readFile(path, "utf8")),
    );
    const shown = new Set(printed.join("").match(/(?<=:\d+:\d+ (?:warning )?)[a-z_]+/gu));
    const aboutOutput = ["foreign_file"];
    expect(Object.keys(findingCodes).filter((code) => !shown.has(code) && !aboutOutput.includes(code))).toEqual([]);
  });
});
