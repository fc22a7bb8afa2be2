/** What a rule is, and what it looks at. */
import type { Declarations } from "../../catalog/declarations.js";
import type { ShapeReader } from "../../catalog/shapes.js";
import type { FindingCode } from "../../findings/finding-codes.js";
import { type ProtocolDocument, protocolOf, rootSchemas } from "../../load/documents.js";
import { type SchemaPlace, walk } from "../../load/schema.js";
import type { Source, Sources } from "../../model.js";

/** A rule: the sentence that its code stands for, as a function that finds where it is broken. */
export interface Rule {
  readonly code: FindingCode;
  readonly severity?: "warning";
  check(protocol: Protocol): Iterable<Remark>;
}

/** Where a rule is broken, and how. */
export interface Remark {
  readonly source: Source;
  /** JSON pointer of the value at fault. */
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A schema somewhere in a protocol. */
export interface Place extends SchemaPlace {
  readonly source: Source;
}

/** A protocol under examination. */
export interface Protocol {
  readonly sources: Sources;
  readonly document: ProtocolDocument;
  readonly declarations: Declarations;
  readonly shapes: ShapeReader;
  /** Every schema there is, also those inside others. */
  readonly places: readonly Place[];
}

/** Lay a protocol out for the rules. */
export function examine(sources: Sources, declarations: Declarations, shapes: ShapeReader): Protocol {
  const places = [sources.protocol, ...sources.files].flatMap((source) =>
    rootSchemas(source)
      .flatMap((root) => [...walk(root)])
      .map((place) => ({ ...place, source })),
  );
  return { sources, document: protocolOf(sources), declarations, shapes, places };
}
