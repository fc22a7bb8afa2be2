import { describe, expect, it } from "vitest";
import { filesBelow, findings, importsOf, type ProjectFile } from "../support/source.js";

const runtime = filesBelow(["runtime"], [".ts"]);
const codegen = filesBelow(["codegen"], [".ts"]);
const generated = filesBelow(["generated"], [".ts"]);
const tests = filesBelow(["test/runtime"], [".ts"]);

/** The imports of files that a rule does not allow. */
function strays(files: readonly ProjectFile[], allows: (module: string, file: string) => boolean): string[] {
  return findings(files, (file) => importsOf(file).filter((module) => !allows(module, file.path)));
}

function isIn(folder: string, module: string): boolean {
  return module.startsWith(`${folder}/`);
}

function isPackage(module: string): boolean {
  return !/^(codegen|generated|runtime|test|examples)\//.test(module);
}

describe("imports go one way", () => {
  it("the runtime imports neither the generator nor what it generates", () => {
    expect(strays(runtime, (module) => isIn("runtime", module) || isPackage(module))).toEqual([]);
  });

  it("generated code imports the runtime through its door alone, and TypeBox where schemas are", () => {
    const door = /^(runtime\/(internal|index)\.js|kryten-sdk\/(internal|runtime))$/;
    const allows = (module: string, file: string) =>
      isIn("generated", module) ||
      door.test(module) ||
      (module === "@sinclair/typebox" && /\/(schemas|agree\.test-d)\.ts$/.test(file));
    expect(strays(generated, allows)).toEqual([]);
  });

  it("the generator reads schemas as data, and never imports what it generates", () => {
    expect(
      strays(codegen, (module) => ["codegen", "runtime"].some((folder) => isIn(folder, module)) || isPackage(module)),
    ).toEqual([]);
  });

  it.each([
    {
      part: "generator",
      files: codegen,
      folders:
        "findings json load catalog check typescript markdown vectors python reference emit validate call write commands",
    },
    {
      part: "runtime",
      files: runtime,
      folders:
        "value protocol transport observe session events durable commands state lifecycle memory nats client testing http config",
    },
  ])("a folder of the $part uses those before it, never one after it", ({ files, folders }) => {
    const order = folders.split(" ");
    const folderOf = (path: string) => path.split("/").slice(1, -1)[0];
    const placeOf = (path: string) => order.indexOf(folderOf(path) ?? "");
    const inFolders = files.filter(({ path }) => folderOf(path) !== undefined);
    const own = new Set(files.map(({ path }) => path.replace(/\.ts$/, ".js")));
    expect(inFolders.filter(({ path }) => placeOf(path) < 0)).toEqual([]);
    expect(strays(inFolders, (module, file) => !own.has(module) || placeOf(module) <= placeOf(file))).toEqual([]);
  });

  it("of the runtime, the generator uses the pure parts; only commands may use the rest", () => {
    const pure = /^runtime\/(error|value\/.*|protocol\/.*)\.js$/;
    const allows = (module: string, file: string) =>
      !isIn("runtime", module) || pure.test(module) || isIn("codegen/commands", file);
    expect(strays(codegen, allows)).toEqual([]);
  });

  it("the runtime is tested without generated code", () => {
    expect(strays(tests, (module) => !isIn("generated", module))).toEqual([]);
  });
});

describe("in one place each", () => {
  const adapter = /^runtime\/nats\//;

  it("the NATS client is known to its adapter alone", () => {
    const users = [...runtime, ...codegen, ...generated].filter((file) => importsOf(file).includes("nats"));
    expect(users.filter(({ path }) => !adapter.test(path)).map((file) => file.path)).toEqual([]);
  });

  it("metrics are known to the door for HTTP alone", () => {
    const users = runtime.filter((file) => importsOf(file).includes("prom-client"));
    expect(users.filter(({ path }) => !isIn("runtime/http", path))).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });

  it("the runtime runs wherever JavaScript does, the adapter for NATS and what is for Node only aside", () => {
    const nodeOnly = (file: string) =>
      adapter.test(file) || ["config", "http"].some((folder) => isIn(`runtime/${folder}`, file));
    const allows = (module: string, file: string) => !module.startsWith("node:") || nodeOnly(file);
    expect(strays(runtime, allows)).toEqual([]);
  });
});
