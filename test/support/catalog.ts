/** Catalogs made by hand, for tests of what comes after them. */
import type { Catalog, NamedType } from "../../codegen/model.js";
import type { Shape } from "../../runtime/value/shape.js";

/** A catalog without messages, of a protocol called `sample`. */
export function catalogOf(types: readonly NamedType[]): Catalog {
  return {
    name: "sample",
    title: "Sample",
    version: "1.0.0",
    description: "Types to try.",
    hash: "0",
    address: [],
    tokens: {},
    envelopes: {},
    dialects: {},
    services: [],
    types,
    messages: [],
    streams: [],
    defects: [],
  };
}

/** A named type, as if it stood in `common/types.json`. */
export function namedType(name: string, shape: Shape): NamedType {
  return { name, shape, origin: { file: "common/types.json", pointer: `/$defs/${name}` } };
}
