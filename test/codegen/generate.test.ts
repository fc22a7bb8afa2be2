import { cp, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generate } from "../../codegen/pipeline.js";
import { runCli } from "../support/cli.js";
import { contentsOf } from "../support/contents.js";
import { scratchFolder } from "../support/scratch.js";

// A project of a user: its schemas, and a place for what may be made again.
let project: string;
const root = process.cwd();
beforeEach(async () => {
  project = await scratchFolder();
  await cp("test/cases/constants/schema", join(project, "schema"), { recursive: true });
  await mkdir(join(project, "node_modules"));
  process.chdir(project);
});
afterEach(() => process.chdir(root));

const options = { schema: "schema", out: "generated", runtimeModule: "kryten-sdk/internal" };
const write = () => generate({ ...options, mode: "write" });
const compare = () => generate({ ...options, mode: "compare" });

async function times(folder: string): Promise<readonly number[]> {
  const entries = await readdir(folder, { recursive: true });
  return Promise.all(entries.sort().map(async (entry) => (await stat(join(folder, entry))).mtimeMs));
}

describe("generating", () => {
  it("writes once, and finds nothing to do the second time", async () => {
    const { written, findings } = await write();
    expect(findings).toEqual([]);
    expect(written).toContain("garage/types.ts");
    const before = await times("generated");
    expect(await write()).toMatchObject({ written: [], removed: [], unchanged: written });
    expect(await times("generated")).toEqual(before);
  });

  it("writes nothing the second time either when it remembers nothing of the first", async () => {
    const { written } = await write();
    await rm("node_modules/.cache", { recursive: true });
    expect(await write()).toMatchObject({ written: [], removed: [], unchanged: written });
  });

  it("leaves nothing beside what it generates but its memory, which can go", async () => {
    await write();
    expect((await readdir(".")).sort()).toEqual(["generated", "node_modules", "schema"]);
    expect(await readdir("node_modules")).toEqual([".cache"]);
  });

  it("gives the same bytes in another folder, time zone and language", async () => {
    await write();
    const elsewhere = await scratchFolder();
    await cp("schema", join(elsewhere, "deep/down/schemas"), { recursive: true });
    const env = { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", HOME: elsewhere };
    const args = ["generate", "--schema", "down/schemas", "--out", "out"];
    expect(await runCli(args, { cwd: join(elsewhere, "deep"), env })).toMatchObject({ status: 0, stderr: "" });
    expect(await contentsOf(join(elsewhere, "deep/out"))).toEqual(await contentsOf("generated"));
  });

  it("repairs a generated file that was changed, and one that was removed", async () => {
    await write();
    const before = await contentsOf("generated");
    await writeFile("generated/garage/types.ts", "edited\n");
    await rm("generated/garage/shapes.ts");
    expect((await write()).written).toEqual(["garage/shapes.ts", "garage/types.ts"]);
    expect(await contentsOf("generated")).toEqual(before);
  });

  it("removes what belonged to a message that is gone", async () => {
    await write();
    await rm("schema/events/opened.json");
    expect((await write()).removed).toContain("garage/json-schema/events/opened.json");
    // What is copied of the runtime is not made from messages, whatever it is called.
    const made = Object.keys(await contentsOf("generated")).filter((path) => !path.includes("/runtime/"));
    expect(made.filter((path) => path.includes("opened"))).toEqual([]);
  });

  it("writes nothing when a schema is wrong, and says where", async () => {
    await write();
    const before = await contentsOf("generated");
    await writeFile("schema/events/opened.json", '{\n  "descripton": "The gate opened."\n}\n');
    const { findings, written, removed } = await write();
    expect(findings).toContainEqual({
      code: "meta_schema",
      severity: "error",
      file: "schema/events/opened.json",
      line: 2,
      column: 17,
      message: '"descripton" is not known here',
      hint: 'did you mean "description"?',
    });
    expect({ written, removed }).toEqual({ written: [], removed: [] });
    expect(await contentsOf("generated")).toEqual(before);
  });

  it("tells a warning each time, also when there is nothing to do", async () => {
    const unused = { $defs: { Gate: { type: "string", description: "A gate." } } };
    await mkdir("schema/common");
    await writeFile("schema/common/gates.json", JSON.stringify(unused));
    for (const { findings } of [await write(), await write()]) {
      expect(findings.map(({ severity, code }) => [severity, code])).toEqual([["warning", "unused_type"]]);
    }
  });

  it("gives each protocol of a folder of protocols a folder, and all of them one door", async () => {
    await cp(join(root, "test/cases/constants/schema"), "both/garage", { recursive: true });
    await cp(join(root, "test/cases/all-of/schema"), "both/library", { recursive: true });
    await generate({ ...options, schema: "both", mode: "write" });
    expect((await readdir("generated")).sort()).toEqual(["garage", "index.ts", "library", "manifest.json", "python"]);
  });
});

describe("comparing", () => {
  it("is content with what was written", async () => {
    await write();
    expect((await compare()).differing).toEqual([]);
    await rm("node_modules/.cache", { recursive: true });
    expect((await compare()).differing).toEqual([]);
  });

  it("names what is missing before anything was generated, and writes nothing", async () => {
    expect((await compare()).differing).toContainEqual({ path: "garage/types.ts", how: "missing" });
    expect(await readdir(".")).not.toContain("generated");
  });

  it("names a file that was edited and one that is stale", async () => {
    await write();
    await rm("schema/events/opened.json");
    await writeFile("generated/garage/shapes.ts", "edited\n");
    const { differing } = await compare();
    expect(differing).toContainEqual({ path: "garage/shapes.ts", how: "changed" });
    expect(differing).toContainEqual({ path: "garage/json-schema/events/opened.json", how: "stale" });
  });
});

describe("the command line", () => {
  it("prints findings on standard error, and exits with 1", async () => {
    await writeFile("schema/events/opened.json", '{ "name" }');
    const { status, stdout, stderr } = await runCli(["generate"]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "schema/events/opened.json:1:10 syntax colon expected\n",
    });
    expect(stdout).toBe("1 error; nothing was written\n");
  });

  it("prints one JSON document when it is asked to, and exits with 1 when a file differs", async () => {
    const { status, stdout, stderr } = await runCli(["check", "--json"]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, findings: [] });
  });

  it.each([
    ["a folder that is not there", ["check", "--schema", "nowhere"], "cannot read the schema folder nowhere"],
    ["a folder without a protocol", ["check", "--schema", "node_modules"], "no protocol.json in node_modules"],
    ["an option that does not exist", ["check", "--skema", "x"], "unknown option '--skema'"],
    ["a command that does not exist", ["chekc"], 'there is no command chekc; did you mean "check"?'],
  ])("exits with 2 for %s", async (_, args, message) => {
    const { status, stderr } = await runCli(args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it.each([[["--help"]], [["check", "--help"]], [["help", "generate"]]])("helps and exits with 0: %j", async (args) => {
    expect(await runCli(args)).toMatchObject({ status: 0, stderr: "" });
  });
});
