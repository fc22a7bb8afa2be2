/** The files of a schema folder, protocol by protocol. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { CannotRun } from "../findings/cannot-run.js";
import { isCompanion } from "./layout.js";

/** The files of one protocol. */
export interface ProtocolFiles {
  /** Where the protocol is in the schema folder: nothing when it is all of it, else with a `/` at the end. */
  readonly prefix: string;
  /** Relative to the schema folder, and sorted. */
  readonly files: readonly string[];
}

/** What is in a schema folder. */
export interface SchemaFolder {
  readonly protocols: readonly ProtocolFiles[];
  /** Files between the folders of protocols. */
  readonly strays: readonly string[];
}

/**
 * Look into a schema folder: of one protocol (it has a protocol.json), or of several.
 *
 * @throws CannotRun when there is no such folder, when it cannot be read, or when no protocol is in it
 */
export function schemaFolder(directory: string): SchemaFolder {
  const files = listFiles(directory);
  if (files.includes("protocol.json")) return { protocols: [{ prefix: "", files }], strays: [] };

  const inner = files.filter((file) => file.includes("/"));
  const prefixes = [...new Set(inner.map((file) => file.slice(0, file.indexOf("/") + 1)))];
  if (prefixes.length === 0) {
    throw new CannotRun(`no protocol.json in ${directory}, nor in a folder of it: point --schema at a schema folder`);
  }
  return {
    protocols: prefixes.map((prefix) => ({ prefix, files: inner.filter((file) => file.startsWith(prefix)) })),
    strays: files.filter((file) => !file.includes("/")),
  };
}

/** Every file below a folder that is not a companion of schemas, relative to it, sorted. */
function listFiles(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, "/").length).replaceAll("\\", "/"))
      .filter((file) => !isCompanion(file))
      .sort();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is none" : message;
    throw new CannotRun(`cannot read the schema folder ${directory}: ${reason}; point --schema at one`, { cause });
  }
}
