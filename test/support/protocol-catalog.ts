/** The catalog of one of the project's own protocols. */
import { buildCatalog } from "../../codegen/catalog/catalog.js";
import { loadSources } from "../../codegen/load/load.js";
import type { Catalog } from "../../codegen/model.js";

/** Read from the schemas. Throws when there is no such protocol. */
export async function catalogOfProtocol(name: string): Promise<Catalog> {
  const { sources } = await loadSources("schema");
  const catalog = sources.map(buildCatalog).find((candidate) => candidate.name === name);
  if (catalog === undefined) throw new Error(`schema/ has no protocol ${name}`);
  return catalog;
}
