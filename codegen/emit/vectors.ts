/** Test vectors: values and subjects with the verdict that every language must come to. */
import type { Json } from "../../runtime/shape.js";
import { type Edge, valid } from "../edge.js";
import { edgesOf } from "../edges.js";
import type { Catalog, GeneratedFile } from "../model.js";
import { type PayloadEntry, payloadPath, payloadsOf } from "../payloads.js";
import { generatedFrom } from "./json-file.js";
import { subjectVectors } from "./subject-vectors.js";

/** How many edges of each verdict a file has, examples aside. */
const most: Readonly<Record<Edge["verdict"], number>> = { valid: 16, invalid: 40, "unknown field": 4 };

/** Emits `vectors/<ref>.json` for each payload, and `vectors/subjects.json`. */
export function emitVectors(catalog: Catalog): readonly GeneratedFile[] {
  const values = payloadsOf(catalog).map((payload) => ({
    path: payloadPath(payload.ref, ".json"),
    content: { type: payload.type.name, ref: payload.ref, ...vectorsOf(payload) },
  }));
  return [...values, { path: "subjects.json", content: subjectVectors(catalog) }].map(({ path, content }) => ({
    path: `${catalog.name}/vectors/${path}`,
    content: vectorFile({ $comment: generatedFrom(catalog), ...content }),
  }));
}

function vectorsOf({ type, examples }: PayloadEntry): Readonly<Record<string, readonly Json[]>> {
  const edges = edgesOf(type.shape);
  const recorded = examples.map((example, index) => valid(`example ${index + 1}`, example));
  const inPlace = ({ why, pointer, value }: Edge): Json => ({ why, pointer, value });
  return {
    valid: distinct([...recorded, ...bounded(edges, "valid")]).map(({ why, value }) => ({ why, value })),
    invalid: distinct(bounded(edges, "invalid")).map(inPlace),
    unknownFields: distinct(bounded(edges, "unknown field")).map(inPlace),
  };
}

function bounded(edges: readonly Edge[], verdict: Edge["verdict"]): readonly Edge[] {
  return edges.filter((edge) => edge.verdict === verdict).slice(0, most[verdict]);
}

/** The first of those that have the same value. */
function distinct(edges: readonly Edge[]): readonly Edge[] {
  return [...new Map(edges.toReversed().map((edge) => [JSON.stringify(edge.value), edge])).values()].toReversed();
}

/** JSON with a line for each vector, so that a difference shows which. */
function vectorFile(content: Readonly<Record<string, Json>>): string {
  const entries = Object.entries(content).map(([name, value]) => `  ${JSON.stringify(name)}: ${vectorList(value)}`);
  return `{\n${entries.join(",\n")}\n}\n`;
}

function vectorList(value: Json): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((vector) => `    ${JSON.stringify(vector)}`).join(",\n")}\n  ]`;
}
