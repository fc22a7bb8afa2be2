/** A page of the reference. */

import type { Addresses, Outline } from "../markdown/anchors.js";
import type { PageTemplate } from "../markdown/render.js";
import type { BucketMessage, Catalog, Message, NamedType } from "../model.js";

/** A page before it is rendered. What it says can be made when the addresses of all pages are known. */
export interface Page extends Outline {
  readonly title: string;
  /** What is on it, as a phrase for the list of pages. */
  readonly holds: string;
  readonly template: PageTemplate;
  readonly view: (context: ReferenceContext) => object;
}

/** What pages are made from. */
export interface ReferenceContext {
  readonly catalog: Catalog;
  /** All types, by name. */
  readonly types: ReadonlyMap<string, NamedType>;
  /** Of what the pages have a heading for, by its key. */
  readonly addresses: Addresses;
}

/** A message with a heading of its own. A bucket has one for each key. */
export type PlainMessage = Exclude<Message, BucketMessage>;

/** What headings are about. */
export const keys = {
  /** @param ref a message's; of a payload, its message's */
  message: (ref: string) => `message ${ref.replace(/\/(?:args|result)$/u, "")}`,
  type: (name: string) => `type ${name}`,
  envelope: (name: string) => `envelope ${name}`,
  defect: (id: string) => `defect ${id}`,
};
