/** The pages that list messages one after the other: events, each service, lifecycle, configuration. */
import { code, firstSentence, prose } from "../markdown/text.js";
import type { Catalog, ServiceEntry } from "../model.js";
import { messageView } from "./message-view.js";
import { keys, type Page, type PlainMessage } from "./page.js";

/** The pages, in the order they are listed. */
export function messagePages(catalog: Catalog): readonly Page[] {
  return [
    messagePage({
      page: "events.md",
      title: "Events",
      introduction: "What is broadcast.",
      messages: ofKind(catalog, "event"),
    }),
    ...catalog.services.map((service) => servicePage(catalog, service)),
    messagePage({
      page: "lifecycle.md",
      title: "Lifecycle",
      introduction: "What services say about themselves.",
      messages: ofKind(catalog, "lifecycle"),
    }),
    messagePage({
      page: "config.md",
      title: "Configuration",
      introduction: "What programs are configured with. It does not travel.",
      messages: ofKind(catalog, "config"),
    }),
  ];
}

function servicePage(catalog: Catalog, { name, description, deprecated, answersTo }: ServiceEntry): Page {
  const introduction = [
    description,
    ...(deprecated === undefined ? [] : [`> **Deprecated.** ${deprecated}`]),
    ...(answersTo.length === 0 ? [] : [`It also answers requests for ${answersTo.map(code).join(", ")}.`]),
  ];
  const messages = ofKind(catalog, "command").filter(
    (message) => message.kind === "command" && message.service === name,
  );
  return messagePage({
    page: servicePageName(name),
    title: `Service ${name}`,
    introduction: introduction.join("\n\n"),
    messages,
  });
}

/** The file of a service's page. */
export function servicePageName(service: string): string {
  return `service-${encodeURIComponent(service)}.md`;
}

function ofKind(catalog: Catalog, kind: PlainMessage["kind"]): readonly PlainMessage[] {
  return catalog.messages.filter((message): message is PlainMessage => message.kind === kind);
}

interface Content {
  readonly page: string;
  readonly title: string;
  readonly introduction: string;
  readonly messages: readonly PlainMessage[];
}

function messagePage({ page, title, introduction, messages }: Content): Page {
  return {
    page,
    title,
    holds: prose(firstSentence(introduction)),
    headings: [{ text: title }, ...messages.map(({ name, ref }) => ({ text: name, key: keys.message(ref) }))],
    template: "messages",
    view: (context) => ({
      introduction: prose(introduction),
      messages: messages.map((message) => messageView(context, message)),
    }),
  };
}
