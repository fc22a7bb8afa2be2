/** Schemas as they stand, for those who cannot wait until they are checked: a file is read when somebody looks into it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Json } from "../../runtime/value/shape.js";
import type { Source, SourceKind, Sources } from "../model.js";
import { schemaFolder } from "./folder.js";
import { kindOf } from "./layout.js";

/**
 * The protocols of a schema folder. What their files say may be wrong in every way.
 *
 * @throws CannotRun when there is no such folder, when it cannot be read, or when no protocol is in it
 */
export function uncheckedSources(directory: string): readonly Sources[] {
  return schemaFolder(directory).protocols.flatMap(({ prefix, files }) => {
    const sources = files.flatMap((file) => {
      const kind = kindOf(file.slice(prefix.length));
      return kind === undefined ? [] : [new UncheckedSource(directory, file, kind)];
    });
    const protocol = sources.find(({ kind }) => kind === "protocol");
    if (protocol === undefined) return [];
    return [{ directory, protocol, files: sources.filter((source) => source !== protocol), broken: [] }];
  });
}

class UncheckedSource implements Source {
  readonly file: string;
  readonly kind: SourceKind;
  readonly #path: string;
  #value: Json | undefined;

  constructor(directory: string, file: string, kind: SourceKind) {
    this.file = file;
    this.kind = kind;
    this.#path = join(directory, file);
  }

  get value(): Json {
    this.#value ??= JSON.parse(readFileSync(this.#path, "utf8")) as Json;
    return this.#value;
  }

  /** Nobody complains about what nobody checks. */
  position() {
    return { line: 1, column: 1 };
  }
}
