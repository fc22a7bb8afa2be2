import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { scratchFolder } from "../support/scratch.js";

const root = process.cwd();

/** What the compiler says about all generated code, with some settings instead of ours. */
async function complaints(compilerOptions: object): Promise<string> {
  const configuration = join(await scratchFolder(), "tsconfig.json");
  const content = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { typeRoots: [join(root, "node_modules/@types")], ...compilerOptions },
    include: ["generated", "test/cases/*/expected"].map((folder) => join(root, folder)),
  };
  await writeFile(configuration, JSON.stringify(content));
  const compiler = resolve("node_modules/.bin/tsc");
  const { stdout } = await promisify(execFile)(compiler, ["-p", configuration]).catch((error) => error);
  return stdout;
}

it.each<[string, object]>([
  ["a consumer's usual settings", { exactOptionalPropertyTypes: false, noUncheckedIndexedAccess: false }],
  ["the settings of a consumer whose types are stripped, not compiled", { erasableSyntaxOnly: true }],
])("generated code compiles with %s", async (_, options) => {
  expect(await complaints(options)).toBe("");
});

it("and would not, if the settings were not seen", async () => {
  expect(await complaints({ lib: ["es5"] })).toContain("error TS");
});
