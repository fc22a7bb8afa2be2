/** Which schemas a command reads, and reading them. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { CannotRun } from "../findings/cannot-run.js";
import type { Catalog } from "../model.js";
import { packageRoot } from "../package.js";

/** The option as commands declare it. */
export const schemaOption = [
  "--schema <folder>",
  "where the schemas are (default: schema when there is one, else the schemas of this package)",
] as const;

/** The folder that words name which are not parsed yet: what may be said in them depends on its schemas. */
export function schemaIn(words: readonly string[]): string | undefined {
  const [flag = ""] = schemaOption[0].split(" ");
  const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const [, ...inline] = (words[at] ?? "").split("=");
  return at < 0 || inline.length > 0 ? inline.join("=") || undefined : words[at + 1];
}

/** The folder that was given on the command line; by default `schema` when there is one, else what the package brings along. */
export function chosenFolder(directory?: string): string {
  return directory ?? (existsSync("schema") ? "schema" : join(packageRoot, "schema"));
}

/**
 * The protocols of a schema folder.
 *
 * @param directory as given on the command line
 * @throws CannotRun when the schemas cannot be read, or have errors
 */
export async function loadCatalogs(directory?: string): Promise<readonly Catalog[]> {
  // Imported only now: other commands do not wait for what they do not use.
  const [{ buildCatalog }, { checkSources }, { isError, printFindings }, { loadSources }] = await Promise.all([
    import("../catalog/catalog.js"),
    import("../check/check.js"),
    import("../findings/diagnostic.js"),
    import("../load/load.js"),
  ]);
  const folder = chosenFolder(directory);
  const { sources, findings } = await loadSources(folder);
  const errors = [...findings, ...sources.flatMap(checkSources)].filter(isError);
  if (errors.length > 0)
    throw new CannotRun(`the schemas in ${folder} have errors:\n${printFindings(errors)}`.trimEnd());
  return sources.map(buildCatalog);
}
