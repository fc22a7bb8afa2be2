/**
 * write: the only file that writes to disk. It makes a folder hold what was generated, or only compares.
 *
 * All of it is synchronous: for many small files, waiting for each takes several times as long.
 */
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { CannotRun } from "../findings/cannot-run.js";
import type { Finding } from "../findings/diagnostic.js";
import type { GeneratedFile } from "../model.js";
import { withManifest } from "./manifest.js";
import { survey } from "./survey.js";

/** `write` changes the folder; `compare` says what `write` would change. */
export type Mode = "write" | "compare";

/** A file that is not what it should be. */
export interface Difference {
  readonly path: string;
  readonly how: "changed" | "missing" | "stale";
}

/** What was done, or would have to be. Paths are relative to the folder, and sorted. */
export interface Reconciliation {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
  /** With `compare` alone. */
  readonly differing: readonly Difference[];
  /** Files of somebody else that are in the way. With one of them, nothing was written. */
  readonly findings: readonly Finding[];
}

/**
 * Make a folder hold the generated files and their manifest. Equal files are not touched, files that were generated before
 * and are no longer are removed, files of others are left alone. Everything is staged before anything is replaced.
 *
 * @param files with paths relative to the folder
 * @throws CannotRun when the folder cannot be read or written
 */
export function reconcile(files: readonly GeneratedFile[], directory: string, mode: Mode): Reconciliation {
  try {
    const { equal, changed, missing, foreign, stale } = survey(withManifest(files), directory);
    const kept = { written: [], removed: [], unchanged: pathsOf(equal), differing: [], findings: [] };
    if (foreign.length > 0) {
      return { ...kept, findings: pathsOf(foreign).map((path) => inTheWay(join(directory, path))) };
    }
    if (mode === "compare") {
      const differing = [
        ...pathsOf(changed).map((path) => ({ path, how: "changed" as const })),
        ...pathsOf(missing).map((path) => ({ path, how: "missing" as const })),
        ...stale.map((path) => ({ path, how: "stale" as const })),
      ];
      return { ...kept, differing };
    }
    replaceAll([...changed, ...missing], directory);
    removeAll(stale, directory);
    return { ...kept, written: pathsOf([...changed, ...missing]), removed: stale };
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new CannotRun(`cannot bring ${directory} up to date: ${cause.message}`, { cause });
  }
}

/** Write one file, by way of a neighbour that takes its place: it is there whole, or as it was. */
export function replaceFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(staged(path), content);
  renameSync(staged(path), path);
}

function replaceAll(files: readonly GeneratedFile[], directory: string): void {
  const targets = files.map(({ path, content }) => ({ path: join(directory, path), content }));
  try {
    for (const folder of new Set(targets.map(({ path }) => dirname(path)))) mkdirSync(folder, { recursive: true });
    for (const { path, content } of targets) writeFileSync(staged(path), content);
  } catch (error) {
    for (const { path } of targets) rmSync(staged(path), { force: true });
    throw error;
  }
  for (const { path } of targets) renameSync(staged(path), path);
}

function staged(path: string): string {
  return `${path}.staged`;
}

function removeAll(paths: readonly string[], directory: string): void {
  for (const path of paths) {
    rmSync(join(directory, path));
    removeEmptyFolders(posix.dirname(path), directory);
  }
}

function removeEmptyFolders(folder: string, directory: string): void {
  if (folder === ".") return;
  try {
    rmdirSync(join(directory, folder));
  } catch {
    // It still holds something.
    return;
  }
  removeEmptyFolders(posix.dirname(folder), directory);
}

function inTheWay(file: string): Finding {
  const message = "is in the way of a generated file, and was not generated";
  return {
    code: "foreign_file",
    severity: "error",
    file,
    line: 1,
    column: 1,
    message,
    hint: "move it, or generate into another folder with --out",
  };
}

function pathsOf(files: readonly GeneratedFile[]): readonly string[] {
  return files.map(({ path }) => path).sort();
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
