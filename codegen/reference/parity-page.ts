/** The page that compares this client with another one, method by method. */
import { declarationNames } from "../catalog/naming.js";
import { cell, code, link, prose } from "../markdown/text.js";
import type { Catalog, Parity, ParityMethod, RuntimeMembers } from "../model.js";
import { moduleNames, nameIn } from "../python/module-names.js";
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
    methods: methods.map(({ name, ours, reason = "" }) => ({
      name: cell(code(name)),
      ...cellsOf(context, called, ours),
      reason: cell(prose(reason)),
    })),
  };
}

function countsOf(methods: readonly ParityMethod[]): string {
  const missing = methods.filter(({ ours }) => ours === null).length;
  return `${methods.length}; without a counterpart: ${missing}`;
}

/** What a program writes: `printer.ping`, `state.users`, `client.close`. */
function cellsOf({ addresses }: ReferenceContext, called: Called, ours: ParityMethod["ours"]): Written {
  const { python, typescript } = typeof ours === "string" ? (called.get(ours) ?? nothing) : (ours ?? nothing);
  const target = typeof ours === "string" ? addresses(keys.message(ours)) : undefined;
  const written = (text: string | null) => {
    if (text === null) return "none";
    return cell(target === undefined ? code(text) : link(code(text), target));
  };
  return { python: written(python), typescript: written(typescript) };
}

type Written = Readonly<Record<keyof RuntimeMembers, string>>;

const nothing: RuntimeMembers = { python: null, typescript: null };

/** What is written for a message, by its reference. */
type Called = ReadonlyMap<string, RuntimeMembers>;

function calledIn(catalog: Catalog): Called {
  const names = moduleNames(catalog);
  const entries = catalog.messages.flatMap((message): readonly (readonly [string, RuntimeMembers])[] => {
    if (message.kind === "command") {
      const { ref, service, method } = message;
      const python = `${nameIn(names.members, service)}.${nameIn(names.methods, ref)}`;
      return [[ref, { python, typescript: `${declarationNames.member(service)}.${method}` }]];
    }
    if (message.kind !== "bucket") return [];
    return message.keys.map(({ ref, method }) => {
      return [ref, { python: `state.${nameIn(names.keys, ref)}`, typescript: `state.${method}` }];
    });
  });
  return new Map(entries);
}
