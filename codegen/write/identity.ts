/** What makes two runs the same: the bytes of the generator and of what it reads. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { packageRoot } from "../package.js";

/**
 * The identity of the generator: its own files, the packages it uses and the version of Node.
 *
 * @returns undefined when it cannot be told, so that nothing may be left out
 */
export function generatorIdentity(): string | undefined {
  const packages = installedPackages(sourceRoot);
  if (packages === undefined) return undefined;
  const own = ["codegen", "runtime"].flatMap((folder) => filesBelow(join(sourceRoot, folder)));
  const forms = filesBelow(join(packageRoot, "schema"), { recursive: false });
  return digest([process.version, ...contentsOf([...own, ...forms, join(packageRoot, "package.json"), packages])]);
}

/** The identity of all that a folder holds. */
export function folderIdentity(folder: string): string {
  return digest(contentsOf(filesBelow(folder)));
}

/** A hash of texts and bytes, and of where each ends. */
export function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest("hex");
}

/** Where the project in a folder keeps what can be made again: never among what it keeps. */
export function cacheFolder(folder: string): string {
  const packages = join(folder, "node_modules");
  if (existsSync(packages)) return join(packages, ".cache", "kryten-sdk");
  const above = dirname(folder);
  return above === folder ? join(tmpdir(), "kryten-sdk-cache") : cacheFolder(above);
}

/** The folder above `codegen` and `runtime`, in the source tree or in `dist`. */
const sourceRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The list of installed packages that npm keeps beside them. */
function installedPackages(folder: string): string | undefined {
  const path = join(folder, "node_modules", ".package-lock.json");
  if (existsSync(path)) return path;
  const above = dirname(folder);
  return above === folder ? undefined : installedPackages(above);
}

/** Each file's path and bytes. */
function contentsOf(paths: readonly string[]): readonly (string | Uint8Array)[] {
  return paths.flatMap((path) => [path, readFileSync(path)]);
}

function filesBelow(folder: string, { recursive } = { recursive: true }): readonly string[] {
  return readdirSync(folder, { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
