/** The page on streams of durable events. */
import { code, link, prose } from "../markdown/text.js";
import type { Catalog, StreamEntry } from "../model.js";
import { originText } from "../typescript/documentation.js";
import { keys, type Page, type ReferenceContext } from "./page.js";

const introduction = "Which events the server keeps, for those who must not miss any.";

/** The page. Without streams it has nothing but its title. */
export function streamPage({ streams }: Catalog): Page {
  return {
    page: "streams.md",
    title: "Streams",
    holds: introduction,
    headings: [{ text: "Streams" }, ...streams.map(({ name, ref }) => ({ text: name, key: keys.message(ref) }))],
    template: "streams",
    view: (context) => ({ introduction, streams: streams.map((stream) => streamView(context, stream)) }),
  };
}

function streamView(context: ReferenceContext, stream: StreamEntry) {
  const { name, description, deprecated } = stream;
  return {
    name: code(name),
    description: prose(description),
    deprecated: deprecated === undefined ? undefined : prose(deprecated),
    facts: factsOf(context, stream).flatMap(([label, text]) => (text === undefined ? [] : [{ label, text }])),
  };
}

type Fact = readonly [label: string, text: string | undefined];

function factsOf({ catalog, addresses }: ReferenceContext, stream: StreamEntry): readonly Fact[] {
  const { ref, subjects, storage, maximumAge, maximumBytes, maximumMessages, duplicateWindow } = stream;
  const { delivery, deadLetters } = stream;
  return [
    ["Reference", code(ref)],
    ["Stream", code(stream.stream)],
    ...Object.entries(subjects).map(([dialect, texts]): Fact => [`Subjects, ${dialect}`, texts.map(code).join(", ")]),
    ["Events", eventLinks(catalog, stream, addresses)],
    ["Kept", `in ${storage === "file" ? "files" : "memory"}, for ${maximumAge} s`],
    ["At most", maximumBytes === undefined ? undefined : `${maximumBytes} bytes`],
    ["Events at most", maximumMessages === undefined ? undefined : String(maximumMessages)],
    ["An id is remembered for", `${duplicateWindow} s`],
    ["Delivered at most", `${delivery.limit} times, ${delivery.backoff.join(", ")} s apart`],
    ["Delivered again after", `${delivery.wait} s without a sign of life`],
    ["Dead letters", `${code(deadLetters.stream)}, on ${code(deadLetters.subject)}, for ${deadLetters.maximumAge} s`],
    ["Source", prose(stream.source)],
    ["Schema", code(originText(catalog, stream.origin))],
  ];
}

function eventLinks(catalog: Catalog, { events }: StreamEntry, addresses: ReferenceContext["addresses"]): string {
  const messages = catalog.messages.filter(({ kind }) => kind === "event");
  if (events.length === messages.length) return "all";
  return messages
    .filter(({ name }) => events.includes(name))
    .map(({ name, ref }) => link(code(name), addresses(keys.message(ref)) ?? ""))
    .join(", ");
}
