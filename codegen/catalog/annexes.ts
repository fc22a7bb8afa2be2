/** What a protocol says beside its messages: known defects, and how it compares with another client. Both may be absent. */
import { documentsOf } from "../load/documents.js";
import type { Catalog, Defect, Sources } from "../model.js";

/** The known defects, in the file's order. */
export function defectsOf(sources: Sources): readonly Defect[] {
  return documentsOf(sources, "defects").flatMap(({ document }) =>
    document.defects.map((defect) => ({ ...defect, messages: defect.messages ?? [] })),
  );
}

/** The comparison with another client, as a part of the catalog. */
export function parityOf(sources: Sources): Pick<Catalog, "parity"> {
  const [file] = documentsOf(sources, "parity");
  if (file === undefined) return {};
  const { description, source, client, version, methods } = file.document;
  return { parity: { description, source, client, version, methods } };
}
