/** The reference, for people: Markdown pages. */

import { generatedFrom } from "../json/json-file.js";
import { render } from "../markdown/render.js";
import { remembered } from "../memory.js";
import type { Catalog, GeneratedFile } from "../model.js";
import { referenceContext, referencePages } from "../reference/pages.js";

/** Emits `reference/*.md`. */
export function emitReference(catalog: Catalog): readonly GeneratedFile[] {
  const pages = referencePages(catalog);
  const context = referenceContext(catalog, pages);
  return pages.map(({ page, title, template, view }) => {
    const content = { header: generatedFrom(catalog), title, ...view(context) };
    return {
      path: `${catalog.name}/reference/${page}`,
      content: remembered("page", [template, JSON.stringify(content)], () => render(template, content)),
    };
  });
}
