/**
 * A stamp says: these schemas, this generator and this output belong together. While all three are as they were, there is
 * nothing to generate. It is kept outside the output; without it, or in any doubt, everything is done again.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Finding } from "./diagnostic.js";
import { manifestPath, readManifest, withManifest } from "./manifest.js";
import type { GeneratedFile } from "./model.js";
import { replaceFile } from "./write.js";

/** What decides about the output. */
export interface Inputs {
  readonly schema: string;
  readonly out: string;
  readonly runtimeModule: string;
}

/** What an earlier run left behind. */
export interface Stamp {
  /** The generated files, all of which are as they were written. */
  readonly files: readonly string[];
  /** The warnings of that run. */
  readonly findings: readonly Finding[];
}

interface StoredStamp {
  readonly inputs: string;
  readonly output: string;
  readonly findings: readonly Finding[];
}

/**
 * The identity of the schemas, the options and the generator itself.
 *
 * @returns undefined when it cannot be told, so that nothing is left out
 */
export async function fingerprint({ schema, out, runtimeModule }: Inputs): Promise<string | undefined> {
  const dependencies = installedPackages(sourceRoot);
  if (dependencies === undefined) return undefined;
  try {
    const own = await Promise.all([join(sourceRoot, "codegen"), join(sourceRoot, "runtime")].map(filesBelow));
    const files = [...own.flat(), ...(await filesBelow(schema)), dependencies];
    const contents = await Promise.all(files.map((path) => readFile(path)));
    return digest([schema, resolve(out), runtimeModule, process.version, ...files, ...contents]);
  } catch {
    return undefined;
  }
}

/** The stamp for these inputs, if the output is still what it says. */
export async function recall(inputs: Inputs, identity: string): Promise<Stamp | undefined> {
  try {
    const stored = JSON.parse(await readFile(stampPath(inputs), "utf8")) as StoredStamp;
    if (stored.inputs !== identity) return undefined;
    const files = [...(await readManifest(inputs.out)), manifestPath].sort();
    const contents = await Promise.all(files.map((path) => readFile(join(inputs.out, path), "utf8")));
    const output = outputOf(files.map((path, index) => ({ path, content: contents[index] ?? "" })));
    return output === stored.output ? { files, findings: stored.findings } : undefined;
  } catch {
    return undefined;
  }
}

/** Leave a stamp behind. That it cannot be written is no reason to fail: the next run does everything again. */
export async function remember(
  inputs: Inputs,
  identity: string,
  result: { readonly files: readonly GeneratedFile[]; readonly findings: readonly Finding[] },
): Promise<void> {
  const stamp: StoredStamp = {
    inputs: identity,
    output: outputOf(withManifest(result.files)),
    findings: result.findings,
  };
  await replaceFile(stampPath(inputs), JSON.stringify(stamp)).catch(() => undefined);
}

/** The folder above `codegen` and `runtime`, in the source tree or in `dist`. */
const sourceRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** The list of installed packages that npm keeps beside them. */
function installedPackages(folder: string): string | undefined {
  const path = join(folder, "node_modules", ".package-lock.json");
  if (existsSync(path)) return path;
  const above = dirname(folder);
  return above === folder ? undefined : installedPackages(above);
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function outputOf(files: readonly GeneratedFile[]): string {
  const sorted = files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  return digest(sorted.flatMap(({ path, content }) => [path, content]));
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest("hex");
}

function stampPath({ schema, out, runtimeModule }: Inputs): string {
  const name = digest([resolve(schema), resolve(out), runtimeModule]).slice(0, 16);
  return join(cacheFolder(process.cwd()), `${name}.json`);
}

/** Where the project in a folder keeps what can be made again. */
function cacheFolder(folder: string): string {
  const packages = join(folder, "node_modules");
  if (existsSync(packages)) return join(packages, ".cache", "kryten-sdk");
  const above = dirname(folder);
  return above === folder ? join(tmpdir(), "kryten-sdk-cache") : cacheFolder(above);
}
