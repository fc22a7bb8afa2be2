import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildCatalog } from "../../codegen/catalog/catalog.js";
import { commandsIn } from "../../codegen/catalog/commands.js";
import { outlinedCommands, outlinedValues, sourcesOf } from "../../codegen/catalog/outline.js";
import { payloadsOf } from "../../codegen/catalog/payloads.js";
import { callForm } from "../../codegen/commands/call-form.js";
import { uncheckedForm } from "../../codegen/commands/unchecked-form.js";
import { loadSources } from "../../codegen/load/load.js";
import { uncheckedSources } from "../../codegen/load/unchecked.js";
import { valueCheck } from "../../codegen/validate/value-check.js";

const cases = readdirSync("test/cases").filter((name) => existsSync(`test/cases/${name}/expected`));
const folders = ["schema", "test/fixtures/harbour/schema", ...cases.map((name) => `test/cases/${name}/schema`)];

describe.each(folders)("without checks and catalogs, of %s is told", async (folder) => {
  const unchecked = uncheckedSources(folder);
  const { sources } = await loadSources(folder);
  const catalogs = sources.map(buildCatalog);

  it("every command, with its description", () => {
    const told = unchecked.flatMap(outlinedCommands).map(({ ref, description }) => ({ ref, description }));
    const known = commandsIn(catalogs).map(({ command: { ref, description } }) => ({ ref, description }));
    expect(told.toSorted(byRef)).toEqual(known.toSorted(byRef));
  });

  it("every value that can be checked, and no other", () => {
    const told = unchecked.flatMap(outlinedValues);
    expect(new Set(told).size).toBe(told.length);
    for (const ref of told) expect(() => valueCheck(catalogs, ref)).not.toThrow();
    const payloads = catalogs.flatMap(payloadsOf).map(({ ref }) => ref);
    const whole = commandsIn(catalogs).flatMap(({ command: { ref } }) => [`${ref}/request`, `${ref}/reply`]);
    const checked = whole.filter((ref) => isKnown(() => valueCheck(catalogs, ref)));
    expect(told.toSorted()).toEqual([...payloads, ...checked].toSorted());
  });

  it("the command line of each command", () => {
    for (const found of commandsIn(catalogs)) {
      const { program } = uncheckedForm(unchecked, found.command.ref);
      expect(program.helpInformation()).toBe(callForm(found).program.helpInformation());
    }
  });
});

it("a command is made of its own file, and those that it refers to", () => {
  const [harbour] = uncheckedSources("test/fixtures/harbour/schema");
  if (harbour === undefined) expect.fail("there is a protocol");
  const filesOf = (ref: string) => {
    const found = outlinedCommands(harbour).find((command) => command.ref === ref);
    return found === undefined ? [] : sourcesOf(harbour, found.source).files.map(({ file }) => file);
  };
  expect(filesOf("harbour/crane/lift")).toEqual(["harbour/commands/crane/lift.json", "harbour/common/cargo.json"]);
  expect(filesOf("harbour/crane/sing")).toEqual(["harbour/commands/crane/sing.json"]);
});

function byRef(left: { readonly ref: string }, right: { readonly ref: string }): number {
  return left.ref < right.ref ? -1 : 1;
}

function isKnown(look: () => unknown): boolean {
  try {
    look();
    return true;
  } catch {
    return false;
  }
}
