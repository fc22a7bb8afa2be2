/** Faults of Markdown pages that link to one another, found without the code that wrote them. */
import { posix } from "node:path";

/** Pages by path, with `/`. */
export type Pages = ReadonlyMap<string, string>;

/** Links that lead nowhere, tables that are torn, code that is not closed, JSON that is none; as texts. */
export function faultsOf(pages: Pages): readonly string[] {
  return [...pages].flatMap(([path, text]) => {
    const fences = text.match(/^```/gm) ?? [];
    return [
      ...(fences.length % 2 === 0 ? [] : ["a block of code is not closed"]),
      ...brokenLinks(path, pages),
      ...tornRows(withoutBlocks(text)),
      ...badJson(text),
    ].map((fault) => `${path}: ${fault}`);
  });
}

/** How many links a page has. */
export function linksIn(text: string): readonly string[] {
  const plain = withoutBlocks(text).replaceAll(/(`+)(?:(?!\1).)+\1/g, "code");
  return [...plain.matchAll(/\[[^\]]*\]\(([^)]*)\)/g)].map(([, target = ""]) => target);
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsIn(text: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const headings = withoutBlocks(text).matchAll(/^#{1,6} +(.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading = ""]) => {
      const slug = heading
        .replaceAll("`", "")
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
        .replaceAll(" ", "-");
      const count = counts.get(slug) ?? 0;
      counts.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

function brokenLinks(path: string, pages: Pages): readonly string[] {
  return linksIn(pages.get(path) ?? "")
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = "", anchor] = target.split("#");
      const page = pages.get(file === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(file)));
      return page === undefined || (anchor !== undefined && !anchorsIn(page).has(decodeURIComponent(anchor)));
    })
    .map((target) => `a link leads to ${target || "nothing"}`);
}

/** Rows that do not have as many cells as the head of their table. */
function tornRows(text: string): readonly string[] {
  const tables = text.match(/(?:^\|.*\n?)+/gm) ?? [];
  return tables.flatMap((table) => {
    const [head = "", rule = "", ...rows] = table.trimEnd().split("\n");
    const faults = /^\|(?: --- \|)+$/.test(rule) ? [] : [`a table has no rule: ${head}`];
    return [...faults, ...rows.filter((row) => cells(row) !== cells(head)).map((row) => `a row is torn: ${row}`)];
  });
}

function cells(row: string): number {
  return row.match(/(?<!\\)\|/g)?.length ?? 0;
}

function badJson(text: string): readonly string[] {
  return [...text.matchAll(/^```json\n([\s\S]*?)\n```$/gm)].flatMap(([, json = ""]) => {
    try {
      JSON.parse(json);
      return [];
    } catch {
      return [`an example is not JSON: ${json}`];
    }
  });
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}
