/** The door of a protocol: what its users import. */
import type { Catalog, GeneratedFile } from "../model.js";
import { protocolFile } from "../typescript/file.js";

/** Emits `index.ts`. Schemas, validators, shapes and samples have doors of their own, for those who want them. */
export function emitEntry(catalog: Catalog): readonly GeneratedFile[] {
  const exports = ["./client.js", "./messages.js", "./types.js"].map((moduleSpecifier) => ({ moduleSpecifier }));
  return [protocolFile(catalog, { name: "index.ts", exports })];
}
