/** Markdown from templates. The templates lay out; whatever needs thought is decided before. */
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";

const folder = new URL("../templates/", import.meta.url);
const partials = ["message", "tables"] as const;

/** The templates of whole pages, in `codegen/templates/`. */
export type PageTemplate =
  | "defects"
  | "errors"
  | "index"
  | "message-list"
  | "messages"
  | "parity"
  | "state"
  | "streams"
  | "types";

const engine = Handlebars.create();
for (const name of partials) engine.registerPartial(name, read(name));
const templates = new Map<PageTemplate, Handlebars.TemplateDelegate>();

/** A page. Its texts are Markdown already: nothing is escaped here. */
export function render(template: PageTemplate, view: object): string {
  return `${templateOf(template)(view)
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trim()}\n`;
}

function templateOf(name: PageTemplate): Handlebars.TemplateDelegate {
  const known = templates.get(name);
  if (known !== undefined) return known;
  const template = engine.compile(read(name), { noEscape: true, strict: true });
  templates.set(name, template);
  return template;
}

function read(name: string): string {
  return readFileSync(new URL(`${name}.hbs`, folder), "utf8");
}
