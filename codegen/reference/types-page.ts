/** The page on types that messages share. */

import { payloadsOf } from "../catalog/payloads.js";
import { code, prose } from "../markdown/text.js";
import type { Catalog } from "../model.js";
import { valueView } from "./message-view.js";
import { keys, type Page } from "./page.js";

/** The page. The types of payloads are not on it: they stand with their messages. */
export function typesPage(catalog: Catalog): Page {
  const payloads = new Set(payloadsOf(catalog).map(({ type }) => type.name));
  const types = catalog.types.filter(({ name }) => !payloads.has(name));
  return {
    page: "types.md",
    title: "Types",
    holds: "What messages are made of.",
    headings: [{ text: "Types" }, ...types.map(({ name }) => ({ text: name, key: keys.type(name) }))],
    template: "types",
    view: (context) => ({
      introduction: "What messages are made of. The types of whole payloads stand with their messages.",
      types: types.map(({ name, shape }) => ({
        ...valueView(context, name, name),
        name: code(name),
        deprecated: shape.deprecated === undefined ? undefined : prose(shape.deprecated),
      })),
    }),
  };
}
