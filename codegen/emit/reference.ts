/** The reference, for people: Markdown pages. */
import { render } from "../markdown/render.js";
import type { Catalog, GeneratedFile } from "../model.js";
import { referenceContext, referencePages } from "../reference/pages.js";
import { generatedFrom } from "./json-file.js";

/** Emits `reference/*.md`. */
export function emitReference(catalog: Catalog): readonly GeneratedFile[] {
  const pages = referencePages(catalog);
  const context = referenceContext(catalog, pages);
  return pages.map(({ page, title, template, view }) => ({
    path: `${catalog.name}/reference/${page}`,
    content: render(template, { header: generatedFrom(catalog), title, ...view(context) }),
  }));
}
