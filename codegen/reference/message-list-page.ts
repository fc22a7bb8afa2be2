/** The page with every message in one table. */
import { cell, code, link, prose } from "../markdown/text.js";
import type { Catalog } from "../model.js";
import { type MessageLine, messageLines } from "./message-list.js";
import { keys, type Page } from "./page.js";

/** The page. */
export function messageListPage(catalog: Catalog): Page {
  const lines = messageLines(catalog);
  return {
    page: "messages.md",
    title: "Messages",
    holds: `All ${lines.length} messages in one table.`,
    headings: [{ text: "Messages", key: "messages" }],
    template: "message-list",
    view: ({ addresses }) => ({
      introduction: `All ${lines.length} messages, with their subjects.`,
      messages: lines.map((line) => row(line, addresses(keys.message(line.ref)) ?? "")),
    }),
  };
}

function row({ ref, kind, subjects, direction, description, deprecated }: MessageLine, address: string) {
  return {
    name: cell(link(code(ref), address)),
    kind,
    subject: cell(subjectText(subjects)),
    direction: cell(arrow(direction ?? "")),
    description: cell(prose(deprecated === null ? description : `**Deprecated.** ${description}`)),
  };
}

/** One subject when all dialects have the same, or else one for each. */
function subjectText(subjects: Readonly<Record<string, string>>): string {
  const different = new Set(Object.values(subjects));
  if (different.size < 2) return [...different].map(code).join("");
  return Object.entries(subjects)
    .map(([dialect, subject]) => `${dialect}: ${code(subject)}`)
    .join("\n");
}

/** A direction as it is printed on paper. */
export function arrow(direction: string): string {
  return direction.replace("->", "\u2192");
}
