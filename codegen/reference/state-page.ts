/** The page on key-value buckets and their keys. */
import { code, prose } from "../markdown/text.js";
import type { BucketMessage, Catalog } from "../model.js";
import { originText } from "../typescript/documentation.js";
import { defectLinks } from "./defects-page.js";
import { keyView } from "./message-view.js";
import { keys, type Page, type ReferenceContext } from "./page.js";

const introduction = "What services keep in key-value buckets, for others to read.";

/** The page. */
export function statePage(catalog: Catalog): Page {
  const buckets = catalog.messages.filter((message) => message.kind === "bucket");
  const headings = buckets.flatMap((bucket) => [
    { text: bucket.name, key: keys.message(bucket.ref) },
    ...bucket.keys.map((key) => ({ text: key.name, key: keys.message(key.ref) })),
  ]);
  return {
    page: "state.md",
    title: "State",
    holds: introduction,
    headings: [{ text: "State" }, ...headings],
    template: "state",
    view: (context) => ({ introduction, buckets: buckets.map((bucket) => bucketView(context, bucket)) }),
  };
}

function bucketView(context: ReferenceContext, bucket: BucketMessage) {
  const { name, description, deprecated, maximumValueSize } = bucket;
  const facts: readonly (readonly [label: string, text: string | undefined])[] = [
    ["Reference", code(bucket.ref)],
    ["Bucket", code(bucket.bucket)],
    ["Written by", bucket.publisher],
    ["Read by", bucket.listeners],
    ["Values kept of a key", String(bucket.history)],
    ["Largest value", maximumValueSize === undefined ? undefined : `${maximumValueSize} bytes`],
    ["Source", prose(bucket.source)],
    ["Schema", code(originText(context.catalog, bucket.origin))],
    ["Known defects", defectLinks(context, bucket.ref) || undefined],
  ];
  return {
    name: code(name),
    description: prose(description),
    deprecated: deprecated === undefined ? undefined : prose(deprecated),
    facts: facts.flatMap(([label, text]) => (text === undefined ? [] : [{ label, text }])),
    keys: bucket.keys.map((key) => keyView(context, bucket, key)),
  };
}
