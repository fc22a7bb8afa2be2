/** All pages of the reference. */

import { payloadsOf } from "../catalog/payloads.js";
import { addressesOf } from "../markdown/anchors.js";
import type { Catalog } from "../model.js";
import { defectsPage } from "./defects-page.js";
import { errorPage } from "./error-page.js";
import { indexPage } from "./index-page.js";
import { messageListPage } from "./message-list-page.js";
import { messagePages } from "./message-pages.js";
import { keys, type Page, type ReferenceContext } from "./page.js";
import { parityPages } from "./parity-page.js";
import { statePage } from "./state-page.js";
import { streamPage } from "./stream-page.js";
import { typesPage } from "./types-page.js";

/** The pages that say something, the index first. */
export function referencePages(catalog: Catalog): readonly Page[] {
  const pages = [
    messageListPage(catalog),
    ...messagePages(catalog),
    statePage(catalog),
    streamPage(catalog),
    typesPage(catalog),
    errorPage(catalog),
    defectsPage(catalog),
    ...parityPages(catalog),
  ].filter(({ headings }) => headings.length > 1 || headings[0]?.key !== undefined);
  return [indexPage(catalog, pages), ...pages];
}

/** What the views of the pages are made from. The type of a payload is found where its message is. */
export function referenceContext(catalog: Catalog, pages: readonly Page[]): ReferenceContext {
  const addresses = addressesOf(pages);
  const messages = new Map(payloadsOf(catalog).map(({ type, ref }) => [keys.type(type.name), keys.message(ref)]));
  return {
    catalog,
    types: new Map(catalog.types.map((type) => [type.name, type])),
    addresses: (key) => addresses(key) ?? addresses(messages.get(key) ?? ""),
  };
}
