/** Where things are: the headings of each page, and the anchors that GitHub makes of them. */

/** A page, as far as links are concerned. */
export interface Outline {
  /** File name. */
  readonly page: string;
  /** All headings in order. `key` is what the heading is about, for whoever links to it. */
  readonly headings: readonly { readonly text: string; readonly key?: string }[];
}

/** Finds the address of what a heading is about: `types.md#user`. */
export type Addresses = (key: string) => string | undefined;

/** The addresses of everything that the pages have a heading for. */
export function addressesOf(outlines: readonly Outline[]): Addresses {
  const addresses = new Map<string, string>();
  for (const { page, headings } of outlines) {
    const used = new Map<string, number>();
    for (const { text, key } of headings) {
      const slug = slugOf(text);
      const times = used.get(slug) ?? 0;
      used.set(slug, times + 1);
      if (key !== undefined) addresses.set(key, `${page}#${times === 0 ? slug : `${slug}-${times}`}`);
    }
  }
  return (key) => addresses.get(key);
}

/** Lower case, without punctuation, with dashes for spaces. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation} -]/gu, "")
    .replaceAll(" ", "-");
}
