import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginRun, endRun, remembered } from "../../codegen/memory.js";
import { generate } from "../../codegen/pipeline.js";
import { contentsOf } from "../support/contents.js";
import { scratchFolder } from "../support/scratch.js";

describe("a step that was taken before", () => {
  const take = (input: string) => {
    let taken = 0;
    const result = remembered("double", input, () => {
      taken++;
      return input + input;
    });
    return { result, taken };
  };

  it("is not taken again in the same run, nor in the next one", () => {
    beginRun({});
    expect([take("a"), take("a")]).toEqual([
      { result: "aa", taken: 1 },
      { result: "aa", taken: 0 },
    ]);
    beginRun(endRun() ?? {});
    expect(take("a")).toEqual({ result: "aa", taken: 0 });
    expect(endRun()).toBeUndefined();
  });

  it("is taken again when nobody asked for it in between", () => {
    beginRun({});
    take("a");
    beginRun(endRun() ?? {});
    take("b");
    beginRun(endRun() ?? {});
    expect(take("a").taken).toBe(1);
    endRun();
  });

  it("is taken each time outside of a run", () => {
    expect([take("a").taken, take("a").taken]).toEqual([1, 1]);
  });
});

describe("generating after a change, with what an earlier run remembers", async () => {
  const root = process.cwd();
  const fixture = join(root, "test/fixtures/harbour/schema");
  const schemas = Object.keys(await contentsOf(fixture)).filter((path) => path.endsWith(".json"));
  let before: Readonly<Record<string, string>>;

  beforeEach(async () => {
    const project = await scratchFolder();
    await cp(fixture, join(project, "schema"), { recursive: true });
    await mkdir(join(project, "node_modules"));
    process.chdir(project);
    await write("out");
    before = await contentsOf("out");
  });
  afterEach(() => process.chdir(root));

  async function write(out: string): Promise<void> {
    const { findings } = await generate({ schema: "schema", out, runtimeModule: "kryten-sdk/internal", mode: "write" });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  }

  /** Edits every schema of some paths; one of them at least must be another then. */
  async function change(paths: readonly string[], edit: (text: string) => string): Promise<void> {
    const texts = await Promise.all(paths.map((path) => readFile(join("schema", path), "utf8")));
    expect(texts.map(edit)).not.toEqual(texts);
    await Promise.all(texts.map((text, index) => writeFile(join("schema", paths[index] ?? ""), edit(text))));
  }

  /** Generates with the memory, and without. */
  async function expectSameWithoutMemory(): Promise<void> {
    await write("out");
    await rm("node_modules/.cache", { recursive: true });
    await write("again");
    const after = await contentsOf("out");
    expect(after).toEqual(await contentsOf("again"));
    expect(after).not.toEqual(before);
  }

  it.each(schemas)("what %s says about itself changes, and the same comes out as without", async (path) => {
    await change([path], (text) => text.replaceAll(/"(description|title)": "/gu, '"$1": "Anew: '));
    await expectSameWithoutMemory();
  });

  it.each<[string, (text: string) => string]>([
    ["a bound of a shared type", (text) => text.replace('"maxLength": 4', '"maxLength": 5')],
    ["a field that was required", (text) => text.replace(/"latitude",\s+"longitude"\s+\]/u, '"latitude"]')],
    ["the name of a shared type", (text) => text.replaceAll("Position", "Place")],
    ["an example", (text) => text.replace("3.5", "4.5")],
    ["a template of the protocol", (text) => text.replaceAll("harbour.{quay}", "haven.{quay}")],
  ])("%s changes, and the same comes out as without", async (_, edit) => {
    await change(schemas, edit);
    await expectSameWithoutMemory();
  });

  it("a message goes and another comes, and the same comes out as without", async () => {
    await cp("schema/harbour/events/tide.json", "schema/harbour/events/ebb.json");
    await rm("schema/harbour/events/tide.json");
    await expectSameWithoutMemory();
  });

  it("a memory that is no JSON, or of another generator, is none", async () => {
    const folder = "node_modules/.cache/kryten-sdk";
    const [memory = ""] = (await readdir(folder)).filter((name) => name.startsWith("memory-"));
    for (const text of ["{", JSON.stringify({ generator: "another", results: { a: 1 } })]) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await writeFile(join(folder, memory), text);
      await write("out");
      expect(await contentsOf("out")).toEqual(before);
    }
  });
});
