/** Python from templates, which hold all of its text. */
import { readdirSync, readFileSync } from "node:fs";
import Handlebars from "handlebars";

import { docstringText, literal } from "./literal.js";

const folder = new URL("../templates/python/", import.meta.url);

const engine = Handlebars.create();
engine.registerHelper({ docstringText, json: (value: unknown) => JSON.stringify(value), literal });

const templates = new Map(
  readdirSync(folder).map((file) => {
    const source = readFileSync(new URL(file, folder), "utf8");
    return [file.replace(/\.hbs$/u, ""), engine.compile(source, { noEscape: true, strict: true })];
  }),
);
for (const [name, template] of templates) engine.registerPartial(name, template);

/**
 * What a template makes of a view, without white space at the ends of lines, and without the line break at the end.
 *
 * @param name of a file in `codegen/templates/python/`, without its ending
 */
export function render(name: string, view: object): string {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`there is no template python/${name}.hbs`);
  return template(view)
    .replaceAll(/[ \t]+$/gmu, "")
    .replace(/\n$/u, "");
}
