/** What is loaded before a command line says anything: whoever presses a key, or asks for help, waits for it. */
import { build } from "esbuild";
import { expect, it } from "vitest";

/** The files and packages that some files bring along at once: not what is imported when it is needed. */
async function loadedWith(...entries: readonly string[]): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [...entries],
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    outdir: "dist",
    write: false,
    metafile: true,
  });
  const loaded = new Set(entries);
  for (const file of loaded) {
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) {
      if (kind === "import-statement" && !path.startsWith("node:")) loaded.add(path);
    }
  }
  return [...loaded].toSorted();
}

function packagesIn(loaded: readonly string[]): readonly string[] {
  return loaded.filter((path) => !path.endsWith(".ts"));
}

it("the command line begins with what commands are called and take, and none of what they do", async () => {
  const loaded = await loadedWith("codegen/main.ts");
  expect(packagesIn(loaded)).toEqual(["commander"]);
  const commands = ["call", "check", "completion", "generate", "list", "options", "schema-folder", "validate"];
  expect(loaded.filter((path) => path.endsWith(".ts"))).toEqual([
    ...commands.map((name) => `codegen/commands/${name}.ts`),
    "codegen/findings/cannot-run.ts",
    "codegen/main.ts",
    "codegen/package.ts",
  ]);
});

it("names are completed without a catalog, and arguments without what checks schemas", async () => {
  const names = await loadedWith("codegen/main.ts", "codegen/commands/candidates.ts");
  expect(packagesIn(names)).toEqual(["commander"]);
  expect(names).not.toContain("codegen/catalog/catalog.ts");
  const all = await loadedWith("codegen/main.ts", "codegen/commands/unchecked-form.ts");
  expect(packagesIn(all)).toEqual(["commander", "fastest-levenshtein"]);
});
