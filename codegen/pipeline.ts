/** The phases, in their order. */
import { type Finding, isError } from "./findings/diagnostic.js";
import { beginRun, endRun } from "./memory.js";
import type { Catalog, EmitOptions, GeneratedFile } from "./model.js";
import { generatorIdentity } from "./write/identity.js";
import { readMemory, writeMemory } from "./write/memory-file.js";
import { fingerprint, leaveStamp, recallStamp } from "./write/stamp.js";
import { type Difference, type Mode, reconcile } from "./write/write.js";

/** What to generate from, and where to. */
export interface GenerateOptions {
  /** The schema folder: of one protocol, or of several. */
  readonly schema: string;
  /** The output folder. Each protocol gets a folder in it. */
  readonly out: string;
  /** How the generated TypeScript reaches the runtime: `kryten-sdk/internal`, or a path relative to a protocol's folder. */
  readonly runtimeModule: string;
  /** Whether the output is written, or only compared. */
  readonly mode: Mode;
}

/** What came of it. With an error among the findings, nothing was written. */
export interface Generation {
  readonly findings: readonly Finding[];
  /** Relative to the output folder, and sorted. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
  readonly differing: readonly Difference[];
}

/**
 * Schemas to files: load, check, catalog, emit, write.
 *
 * @throws CannotRun when a folder cannot be read or written
 */
export async function generate(options: GenerateOptions): Promise<Generation> {
  const generator = generatorIdentity();
  const identity = generator === undefined ? undefined : fingerprint(options, generator);
  const stamp = identity === undefined ? undefined : recallStamp(options, identity);
  if (stamp) return { ...nothing, findings: stamp.findings, unchanged: stamp.files };

  if (generator !== undefined) beginRun(readMemory(options.schema, generator));
  const { findings, files } = await produce(options);
  const memory = endRun();
  if (findings.some(isError)) return { ...nothing, findings };
  if (generator !== undefined && memory !== undefined) writeMemory(options.schema, generator, memory);
  const outcome = reconcile(files, options.out, options.mode);

  const isCurrent = outcome.findings.length === 0 && outcome.differing.length === 0;
  if (identity !== undefined && isCurrent) leaveStamp(options, identity, { files, findings });
  return { ...outcome, findings: [...findings, ...outcome.findings] };
}

const nothing = { written: [], removed: [], unchanged: [], differing: [] } as const;

/** What schemas come to, before anything is written. */
export interface Product {
  readonly findings: readonly Finding[];
  /** Empty when there is an error among the findings. */
  readonly files: readonly GeneratedFile[];
}

/**
 * The phases up to writing: load, check, catalog, emit.
 *
 * @throws CannotRun when the schemas cannot be read
 */
export async function produce({ schema, runtimeModule }: Omit<GenerateOptions, "out" | "mode">): Promise<Product> {
  // Each phase is imported when it begins: a run that ends before it does not wait for what it does not use.
  const [{ loadSources }, { checkSources }] = await Promise.all([import("./load/load.js"), import("./check/check.js")]);
  const { sources, findings: faults } = await loadSources(schema);
  const findings = [...faults, ...sources.flatMap(checkSources)];
  if (findings.some(isError)) return { findings, files: [] };

  const { buildCatalog } = await import("./catalog/catalog.js");
  const catalogs = sources.map(buildCatalog);
  const { pythonProject } = await import("./python/project.js");
  return { findings, files: [...(await emit(catalogs, { runtimeModule })), ...pythonProject(catalogs, sources)] };
}

async function emit(catalogs: readonly Catalog[], options: EmitOptions): Promise<readonly GeneratedFile[]> {
  const [{ emitters }, { rootEntry }] = await Promise.all([
    import("./emit/index.js"),
    import("./typescript/root-entry.js"),
  ]);
  const emitted = catalogs.flatMap((catalog) => emitters.map((emitter) => emitter(catalog, options)));
  return [rootEntry(catalogs, options), ...(await Promise.all(emitted)).flat()];
}
