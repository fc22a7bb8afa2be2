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

  it("of the runtime, the generator uses the pure parts; only commands may use the rest", () => {
    const pure =
      /^runtime\/(shape|message|validate|violation|expectation|wording|format|subject|token|envelope|error|sample-value|pattern-text)\.js$/;
    const allows = (module: string, file: string) =>
      !isIn("runtime", module) || pure.test(module) || isIn("codegen/commands", file);
    expect(strays(codegen, allows)).toEqual([]);
  });

  it("the runtime is tested without generated code", () => {
    expect(strays(tests, (module) => !isIn("generated", module))).toEqual([]);
  });
});

describe("one file each", () => {
  it("imports the NATS client", () => {
    const users = [...runtime, ...codegen, ...generated].filter((file) => importsOf(file).includes("nats"));
    expect(users.map((file) => file.path)).toEqual(["runtime/nats.ts"]);
  });

  it("of the runtime, NATS aside, runs wherever JavaScript does", () => {
    const onNode = (module: string, file: string) => !module.startsWith("node:") || file === "runtime/nats.ts";
    expect(strays(runtime, onNode)).toEqual([]);
  });
});
