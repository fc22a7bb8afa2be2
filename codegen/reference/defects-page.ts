/** The page on known defects of the programs that speak the protocol. */
import { code, link, prose } from "../markdown/text.js";
import type { Catalog, Defect } from "../model.js";
import { keys, type Page, type ReferenceContext } from "./page.js";

const title = "Known defects";

/** The page. Without defects it has nothing but its title. */
export function defectsPage({ defects }: Catalog): Page {
  const holds = `What is wrong with the programs that speak the protocol, and what this package does about it: ${defects.length} defects.`;
  return {
    page: "defects.md",
    title,
    holds,
    headings: [{ text: title }, ...defects.map((defect) => ({ text: defect.title, key: keys.defect(defect.id) }))],
    template: "defects",
    view: (context) => ({ introduction: holds, defects: defects.map((defect) => defectView(context, defect)) }),
  };
}

function defectView({ addresses }: ReferenceContext, { title, where, happens, remedy, messages }: Defect) {
  const links = messages.map((ref) => {
    const address = addresses(keys.message(ref));
    return address === undefined ? code(ref) : link(code(ref), address);
  });
  return { title, where: prose(where), happens: prose(happens), remedy: prose(remedy), messages: links.join(", ") };
}

/** Links to the defects that name a message; empty when none does. */
export function defectLinks({ catalog, addresses }: ReferenceContext, ref: string): string {
  return catalog.defects
    .filter(({ messages }) => messages.includes(ref))
    .map(({ id, title }) => link(title, addresses(keys.defect(id)) ?? "defects.md"))
    .join("; ");
}
