/** The first page of the reference: what the protocol is, and what its subjects and envelopes are made of. */
import type { Envelope, TokenStep } from "../../runtime/protocol/message.js";
import { jsonText } from "../json/json-text.js";
import type { Outline } from "../markdown/anchors.js";
import { cell, code, link, prose } from "../markdown/text.js";
import type { Catalog } from "../model.js";
import { keys, type Page } from "./page.js";

/**
 * The page.
 *
 * @param pages all others, to be listed
 */
export function indexPage(catalog: Catalog, pages: readonly Page[]): Page {
  return {
    page: "index.md",
    title: catalog.title,
    holds: catalog.description,
    headings: headingsOf(catalog),
    template: "index",
    view: () => viewOf(catalog, pages),
  };
}

/** As the template has them. */
function headingsOf({ title, address, tokens, paces, envelopes }: Catalog): Outline["headings"] {
  return [
    ...[title, "Pages", ...(address.length > 0 ? ["Addresses"] : []), "Dialects"].map((text) => ({ text })),
    ...(Object.keys(tokens).length > 0 ? ["Tokens", ...Object.keys(tokens)] : []).map((text) => ({ text })),
    ...(paces !== undefined ? [{ text: "Paces" }] : []),
    { text: "Envelopes" },
    ...Object.keys(envelopes).map((text) => ({ text, key: keys.envelope(text) })),
  ];
}

function viewOf(catalog: Catalog, pages: readonly Page[]) {
  const { description, version, hash, source } = catalog;
  return {
    description: prose(description),
    facts: [
      { label: "Version", text: version },
      { label: "Identity", text: `${code(hash)}, equal when, and only when, every message is` },
      ...(source === undefined ? [] : [{ label: "Source", text: prose(source) }]),
    ],
    pages: pages.map(({ page, title, holds }) => ({ link: link(title, page), holds })),
    address: catalog.address.map((part) => ({
      name: cell(code(part.name)),
      default: part.default === undefined ? "" : cell(code(part.default)),
      description: cell(prose(part.description)),
    })),
    dialects: dialectRows(catalog),
    tokens: tokenViews(catalog),
    paces: paceRows(catalog),
    envelopes: Object.entries(catalog.envelopes).map(([name, envelope]) => ({
      name: code(name),
      description: prose(envelope.description),
      parts: partsOf(envelope).map(([title, template]) => ({ title, json: jsonText(template) })),
    })),
  };
}

function dialectRows({ dialects }: Catalog) {
  return Object.entries(dialects).map(([name, { event, command, lifecycle, description }]) => ({
    name: cell(code(name)),
    event: cell(code(event)),
    command: cell(code(command)),
    lifecycle: cell(code(lifecycle)),
    description: cell(prose(description)),
  }));
}

function paceRows({ paces = {} }: Catalog) {
  return Object.entries(paces).map(([name, { delay, jitter, description }]) => ({
    name: cell(code(name)),
    delay,
    jitter,
    description: cell(prose(description)),
  }));
}

function tokenViews({ tokens }: Catalog) {
  return Object.entries(tokens).map(([name, { description, steps, pattern, examples }]) => ({
    name: code(name),
    description: prose(description),
    steps: steps.map(stepText),
    pattern: pattern === undefined ? undefined : code(pattern),
    examples: Object.entries(examples).map(([text, token]) => ({
      text: cell(code(JSON.stringify(text))),
      token: token === null ? "refused" : cell(code(token)),
    })),
  }));
}

function stepText(step: TokenStep): string {
  switch (step.step) {
    case "lowercase":
      return "It is put into lower case.";
    case "remove":
      return `Each of ${code(step.characters)} is taken away.`;
    case "replace":
      return `Each of ${code(step.characters)} becomes ${code(step.by)}.`;
    case "truncate":
      return `It is cut after ${step.length} characters.`;
  }
}

function partsOf(envelope: Envelope) {
  if (envelope.kind === "event") return [["Message", envelope.body]] as const;
  const { request, reply } = envelope;
  if (reply === undefined) return [["Request, which nobody answers", request]] as const;
  return [
    ["Request", request] as const,
    ["Reply, when it succeeded", reply.success] as const,
    ...reply.failures.map((failure) => ["Reply, when it failed", failure] as const),
  ];
}
