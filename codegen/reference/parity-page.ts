/** The page that compares this client with another one, method by method. */
import { declarationNames } from "../catalog/naming.js";
import { cell, code, link, prose } from "../markdown/text.js";
import type { Catalog, Parity, ParityMethod } from "../model.js";
import { keys, type Page, type ReferenceContext } from "./page.js";

/** The page, if the protocol has such a comparison. */
export function parityPages({ parity }: Catalog): readonly Page[] {
  if (parity === undefined) return [];
  const { client, version, methods } = parity;
  const title = `Parity with ${client}`;
  const page: Page = {
    page: "parity.md",
    title,
    holds: `What stands for each of the ${methods.length} public methods of ${client} ${version}.`,
    headings: [{ text: title, key: "parity" }],
    template: "parity",
    view: (context) => viewOf(context, parity),
  };
  return [page];
}

function viewOf(context: ReferenceContext, { description, source, client, version, methods }: Parity) {
  const called = calledIn(context.catalog);
  return {
    introduction: prose(description),
    facts: [
      { label: "Compared with", text: `${client} ${version}` },
      { label: "Methods", text: countsOf(methods) },
      { label: "Source", text: prose(source) },
    ],
    client,
    methods: methods.map((method) => ({
      name: cell(code(method.name)),
      ours: cell(oursText(context, called, method.ours)),
      reason: cell(prose(method.reason ?? "")),
    })),
  };
}

function countsOf(methods: readonly ParityMethod[]): string {
  const missing = methods.filter(({ ours }) => ours === null).length;
  return `${methods.length}; without a counterpart: ${missing}`;
}

/** What a program writes: `printer.ping`, `state.users`, `client.close`. */
function oursText({ addresses }: ReferenceContext, called: Called, ours: string | null): string {
  if (ours === null) return "none";
  const target = addresses(keys.message(ours));
  const text = code(called.get(ours) ?? ours);
  return target === undefined ? text : link(text, target);
}

/** What is written for a message, by its reference. */
type Called = ReadonlyMap<string, string>;

function calledIn({ messages }: Catalog): Called {
  const entries = messages.flatMap((message): readonly (readonly [string, string])[] => {
    if (message.kind === "command")
      return [[message.ref, `${declarationNames.member(message.service)}.${message.method}`]];
    return message.kind === "bucket" ? message.keys.map((key) => [key.ref, `state.${key.method}`]) : [];
  });
  return new Map(entries);
}
