import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pythonNames } from "../../codegen/catalog/naming.js";
import { emitPython } from "../../codegen/emit/python.js";
import { emitPythonClient } from "../../codegen/emit/python-client.js";
import { emitPythonRuntime } from "../../codegen/emit/python-runtime.js";
import type { Catalog, ConfigEntry, NamedType } from "../../codegen/model.js";
import { arbitraryTypesNamed } from "../support/arbitrary-types.js";
import { nearly } from "../support/arbitrary-value.js";
import { catalogOf } from "../support/catalog.js";
import { compileTypes } from "../support/compiled-types.js";
import { scratchFolder } from "../support/scratch.js";
import { PythonJudge } from "./python-judge.js";
import { agree, reader, schema, writer } from "./verdict.js";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const groups = 25;
const valuesPerType = 40;
const encoder = new TextEncoder();

/** A protocol of configurations only: one of each type. */
function protocolOf(types: readonly NamedType[]): Catalog {
  const messages = types.map(({ name, origin }): ConfigEntry => {
    const ref = `sample/config/${name}`;
    return {
      kind: "config",
      ref,
      name,
      payload: name,
      settings: {},
      description: "",
      source: "",
      hash: "",
      origin,
      examples: [],
    };
  });
  return { ...catalogOf(types), messages };
}

/** Whether JSON says all of a value. */
function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null)
    return value === null || ["boolean", "string"].includes(typeof value);
  if (Array.isArray(value)) return Object.keys(value).length === value.length && value.every(isPlain);
  return [null, Object.prototype].includes(Object.getPrototypeOf(value)) && Object.values(value).every(isPlain);
}

/** Writes the Python package of a protocol. */
function install(catalog: Catalog, folder: string): void {
  for (const { path, content } of [
    ...emitPython(catalog),
    ...emitPythonClient(catalog),
    ...emitPythonRuntime(catalog),
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

describe("for types and values at random", () => {
  it(`the generated models have the verdict of the compiled validators, with seed ${seed}`, async () => {
    const samples = Array.from({ length: groups }, (_, group) => arbitraryTypesNamed(`Group${group}Type`));
    const types = samples.flatMap((sample, group) => fc.sample(sample, { numRuns: 1, seed: seed + group })).flat();
    const catalog = protocolOf(types);
    const folder = await scratchFolder();
    install(catalog, folder);

    const python = new PythonJudge({ packages: join(folder, "python") });
    const counts = { accepted: 0, refused: 0 };
    const disagreements: string[] = [];
    for (const { name, check, shape } of await compileTypes(types)) {
      const values = fc.sample(nearly(shape), { numRuns: valuesPerType, seed }).filter(isPlain);
      const texts = values.map((value) => JSON.stringify(value));
      const payload = { package: pythonNames.package(catalog.name), ref: `${catalog.name}/config/${name}` };
      python.submit(
        payload,
        texts.map((text) => encoder.encode(text)),
      );
      const theirs = await python.verdicts();
      for (const [index, text] of texts.entries()) {
        const value: unknown = JSON.parse(text);
        const accepted = (check(value, "tolerate") ? reader | schema : 0) | (check(value, "refuse") ? writer : 0);
        counts[accepted === 0 ? "refused" : "accepted"]++;
        if (!agree(accepted, theirs[index] ?? -1)) disagreements.push(`${name}: ${text}`);
      }
    }
    python.close();
    expect(disagreements).toEqual([]);
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(groups * 5);
  }, 120_000);
});
