/** Where the memory of a schema folder is kept between runs. Anything wrong with the file, and there is no memory. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Results } from "../memory.js";
import { cacheFolder, digest } from "./identity.js";
import { replaceFile } from "./write.js";

interface StoredMemory {
  /** The identity of the generator that took the steps. */
  readonly generator: string;
  readonly results: Results;
}

/** What the same generator remembers of a schema folder. */
export function readMemory(schema: string, generator: string): Results {
  try {
    const stored = JSON.parse(readFileSync(pathFor(schema), "utf8")) as StoredMemory;
    return stored.generator === generator ? stored.results : {};
  } catch {
    return {};
  }
}

/** Keep a memory. That it cannot be written is no reason to fail: the next run takes every step. */
export function writeMemory(schema: string, generator: string, results: Results): void {
  const memory: StoredMemory = { generator, results };
  try {
    replaceFile(pathFor(schema), JSON.stringify(memory));
  } catch {
    // Read-only installations have no memory.
  }
}

function pathFor(schema: string): string {
  return join(cacheFolder(process.cwd()), `memory-${digest([resolve(schema)]).slice(0, 16)}.json`);
}
