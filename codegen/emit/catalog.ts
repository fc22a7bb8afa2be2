/** The catalog as JSON: what a later version is compared with, and what tools in other languages read. */
import type { Json } from "../../runtime/value/shape.js";
import { jsonFile } from "../json/json-file.js";
import type { Catalog, GeneratedFile } from "../model.js";

/** Emits `catalog.json`. A reference to a type is its name: JSON leaves its function out. */
export function emitCatalog(catalog: Catalog): readonly GeneratedFile[] {
  const plain = JSON.parse(JSON.stringify(catalog)) as Readonly<Record<string, Json>>;
  return [jsonFile(catalog, "catalog.json", plain)];
}
