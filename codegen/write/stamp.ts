/**
 * A stamp says: these schemas, this generator and this output belong together. While all three are as they were, there is
 * nothing to generate. It is kept outside the output; without it, or in any doubt, everything is done again.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Finding } from "../findings/diagnostic.js";
import type { GeneratedFile } from "../model.js";
import { cacheFolder, digest, folderIdentity } from "./identity.js";
import { manifestPath, readManifest, withManifest } from "./manifest.js";
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
 * The identity of a run: of its schemas, its options and the generator.
 *
 * @returns undefined when the schemas cannot be read
 */
export function fingerprint({ schema, out, runtimeModule }: Inputs, generator: string): string | undefined {
  try {
    return digest([generator, schema, resolve(out), runtimeModule, folderIdentity(schema)]);
  } catch {
    return undefined;
  }
}

/** The stamp for these inputs, if the output is still what it says. */
export function recallStamp(inputs: Inputs, identity: string): Stamp | undefined {
  try {
    const stored = JSON.parse(readFileSync(stampPath(inputs), "utf8")) as StoredStamp;
    if (stored.inputs !== identity) return undefined;
    const paths = [...readManifest(inputs.out), manifestPath].sort();
    const files = paths.map((path) => ({ path, content: readFileSync(join(inputs.out, path), "utf8") }));
    return outputOf(files) === stored.output ? { files: paths, findings: stored.findings } : undefined;
  } catch {
    return undefined;
  }
}

/** Leave a stamp behind. That it cannot be written is no reason to fail: the next run does everything again. */
export function leaveStamp(
  inputs: Inputs,
  identity: string,
  result: { readonly files: readonly GeneratedFile[]; readonly findings: readonly Finding[] },
): void {
  const stamp: StoredStamp = {
    inputs: identity,
    output: outputOf(withManifest(result.files)),
    findings: result.findings,
  };
  try {
    replaceFile(stampPath(inputs), JSON.stringify(stamp));
  } catch {
    // Read-only installations have no stamps.
  }
}

function outputOf(files: readonly GeneratedFile[]): string {
  const sorted = files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  return digest(sorted.flatMap(({ path, content }) => [path, content]));
}

function stampPath({ schema, out, runtimeModule }: Inputs): string {
  const name = digest([resolve(schema), resolve(out), runtimeModule]).slice(0, 16);
  return join(cacheFolder(process.cwd()), `${name}.json`);
}
