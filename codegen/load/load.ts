/** load: schema folders to sources. Broken JSON, strange places and wrong forms become findings. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Json } from "../../runtime/value/shape.js";
import { CannotRun } from "../findings/cannot-run.js";
import { type Finding, suggestion } from "../findings/diagnostic.js";
import { remembered } from "../memory.js";
import type { Source, SourceKind, Sources } from "../model.js";
import { type ProtocolFiles, schemaFolder } from "./folder.js";
import { type JsonSource, parseJson } from "./json-source.js";
import { folders, kindOf, layoutSummary } from "./layout.js";
import { checkForm } from "./meta-schema.js";

/** What loading gives: the protocols that can be checked further, and everything that was wrong. */
export interface Loaded {
  readonly sources: Sources[];
  readonly findings: Finding[];
}

/**
 * Read a schema folder: one protocol (it has a protocol.json), or a folder of protocols.
 *
 * @param directory as given on the command line; the file names in findings begin with it
 * @throws CannotRun when there is no such folder, when it cannot be read, or when no protocol is in it
 */
export async function loadSources(directory: string): Promise<Loaded> {
  const { protocols, strays } = schemaFolder(directory);
  const loaded = protocols.map((protocol) => loadProtocol(directory, protocol));
  return {
    sources: loaded.flatMap(({ sources }) => sources),
    findings: [
      ...strays.map((file) => misplaced(directory, file, file)),
      ...loaded.flatMap(({ findings }) => findings),
    ],
  };
}

function loadProtocol(directory: string, { prefix, files }: ProtocolFiles): Loaded {
  const loaded = files.map((file) => loadFile(directory, prefix, file));
  const findings = loaded.flatMap((file) => file.findings);
  const read = loaded.flatMap((file) => file.source ?? []);
  const protocol = read.find((source) => source.kind === "protocol");
  if (!protocol) {
    const file = `${prefix}protocol.json`;
    if (!files.includes(file))
      findings.push(layoutFault(directory, file, "there is no such file, and every folder here is a protocol"));
    return { sources: [], findings };
  }
  const broken = loaded.flatMap((file) => (file.source ? [] : [file.file]));
  return { sources: [{ directory, protocol, files: read.filter((source) => source !== protocol), broken }], findings };
}

interface LoadedFile {
  readonly file: string;
  readonly source?: Source;
  readonly findings: readonly Finding[];
}

function loadFile(directory: string, prefix: string, file: string): LoadedFile {
  const kind = kindOf(file.slice(prefix.length));
  if (!kind) return { file, findings: [misplaced(directory, file, file.slice(prefix.length))] };

  const path = join(directory, file);
  const bytes = read(path);
  const faults = remembered("form", [kind, bytes.toString("latin1")], () => faultsOf(kind, bytes));
  if (faults.length > 0) return { file, findings: faults.map((fault) => ({ ...fault, file: path })) };
  return { file, source: sourceOf(file, kind, bytes), findings: [] };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CannotRun(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function faultsOf(kind: SourceKind, bytes: Uint8Array): readonly Omit<Finding, "file">[] {
  const { value, faults, position } = parseJson(bytes);
  if (faults.length > 0) return faults.map((fault) => ({ ...fault, severity: "error" }));
  return checkForm(kind, { value, position });
}

/** A file without faults. Where its values stand is found out when somebody asks. */
function sourceOf(file: string, kind: SourceKind, bytes: Buffer): Source {
  let parsed: JsonSource | undefined;
  return {
    file,
    kind,
    value: JSON.parse(bytes.toString("utf8")) as Json,
    position(pointer) {
      parsed ??= parseJson(bytes);
      return parsed.position(pointer);
    },
  };
}

function misplaced(directory: string, file: string, place: string): Finding {
  const folder = place.includes("/") ? place.slice(0, place.indexOf("/")) : undefined;
  const misspelt = folder !== undefined && !folders.includes(folder);
  return {
    ...layoutFault(directory, file, "no file of a protocol stands here"),
    hint: (misspelt ? suggestion(folder, folders) : undefined) ?? layoutSummary,
  };
}

function layoutFault(directory: string, file: string, message: string): Finding {
  return { code: "layout", severity: "error", file: join(directory, file), line: 1, column: 1, message };
}
