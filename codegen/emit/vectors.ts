/** Test vectors: values and subjects with the verdict that every language must come to. */
import type { Json } from "../../runtime/value/shape.js";
import { type PayloadEntry, payloadsOf } from "../catalog/payloads.js";
import { typeIdentity } from "../catalog/type-identity.js";
import { generatedFrom } from "../json/json-file.js";
import { remembered } from "../memory.js";
import type { Catalog, GeneratedFile } from "../model.js";
import { type Edge, valid } from "../vectors/edge.js";
import { edgesOf } from "../vectors/edges.js";
import { subjectPlaces, subjectVectors } from "../vectors/subject-vectors.js";

/** How many edges of each verdict a payload has, examples aside. */
const most: Readonly<Record<Edge["verdict"], number>> = { valid: 16, invalid: 40, "unknown field": 4 };

/**
 * Emits `vectors/subjects.json`, and `vectors/payloads/<group>.json` for each service, and for events, lifecycle, state and
 * configuration.
 */
export function emitVectors(catalog: Catalog): readonly GeneratedFile[] {
  const payloads = payloadsOf(catalog);
  const groups = [...new Set(payloads.map(groupOf))];
  const places = subjectPlaces(catalog);
  return [
    ...groups.map((group) => {
      const texts = payloads.filter((payload) => groupOf(payload) === group).map((payload) => payloadText(payload));
      return vectorFile(catalog, `payloads/${encodeURIComponent(group)}.json`, [
        `"payloads": ${listText(texts, "  ")}`,
      ]);
    }),
    vectorFile(
      catalog,
      "subjects.json",
      remembered("subject vectors", JSON.stringify([catalog.tokens, places]), () =>
        fieldTexts(subjectVectors(catalog.tokens, places), "  "),
      ),
    ),
  ];
}

/** The service of a command, the kind of anything else. */
function groupOf({ ref }: PayloadEntry): string {
  return ref.split("/")[1] ?? "";
}

function payloadText(payload: PayloadEntry): string {
  const { type, ref, examples } = payload;
  return remembered("vectors", [ref, typeIdentity(type), examples], () =>
    blockText("{}", fieldTexts({ type: type.name, ref, ...vectorsOf(payload) }, "      "), "    "),
  );
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

function vectorFile(catalog: Catalog, path: string, fields: readonly string[]): GeneratedFile {
  const comment = `"$comment": ${JSON.stringify(generatedFrom(catalog))}`;
  return { path: `${catalog.name}/vectors/${path}`, content: `${blockText("{}", [comment, ...fields], "")}\n` };
}

/** Fields as JSON; of a list, each item has a line, so that a difference shows which. */
function fieldTexts(fields: Readonly<Record<string, Json>>, indentation: string): readonly string[] {
  return Object.entries(fields).map(([name, value]) => {
    const text = Array.isArray(value)
      ? listText(
          value.map((item) => JSON.stringify(item)),
          indentation,
        )
      : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${text}`;
  });
}

function listText(items: readonly string[], indentation: string): string {
  return blockText("[]", items, indentation);
}

function blockText(brackets: "{}" | "[]", parts: readonly string[], indentation: string): string {
  if (parts.length === 0) return brackets;
  const lines = parts.map((part) => `${indentation}  ${part}`).join(",\n");
  return `${brackets.charAt(0)}\n${lines}\n${indentation}${brackets.charAt(1)}`;
}
