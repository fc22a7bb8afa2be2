/** The rule on regular expressions. */

import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** unportable_pattern */
export const unportablePattern: Rule = {
  code: "unportable_pattern",
  *check(protocol) {
    for (const { pattern, ...where } of patternsOf(protocol)) {
      const fault = faultOf(pattern);
      if (fault) yield { ...where, ...fault };
    }
  },
};

interface Pattern {
  readonly source: Remark["source"];
  readonly pointer: string;
  readonly pattern: string;
}

function patternsOf({ places, sources, document }: Protocol): readonly Pattern[] {
  const inSchemas = places.map(({ source, pointer, schema }) => ({
    source,
    pointer: join(pointer, "pattern"),
    pattern: schema.pattern,
  }));
  const inTokens = Object.entries(document.tokens ?? {}).map(([name, { pattern }]) => ({
    source: sources.protocol,
    pointer: join("/tokens", name, "pattern"),
    pattern,
  }));
  const serviceErrors = Object.entries(document.services ?? {}).flatMap(([name, { errors = [] }]) =>
    errors.map(({ matches }, index) => ({
      source: sources.protocol,
      pointer: join("/services", name, "errors", index, "matches"),
      pattern: matches,
    })),
  );
  const commandErrors = documentsOf(sources, "command").flatMap(({ source, document: { errors = [] } }) =>
    errors.map(({ matches }, index) => ({ source, pointer: join("/errors", index, "matches"), pattern: matches })),
  );
  return [...inSchemas, ...inTokens, ...serviceErrors, ...commandErrors].flatMap((place) =>
    place.pattern === undefined ? [] : [{ ...place, pattern: place.pattern }],
  );
}

/** What languages read differently, and what to write instead. */
const unportable: readonly (readonly [construct: RegExp, what: string, instead: string])[] = [
  [/^\\[dD]/u, "means other digits elsewhere", "write [0-9]"],
  [/^\\[wW]/u, "means other letters elsewhere", "write [A-Za-z0-9_]"],
  [/^\\[sS]/u, "means other white space elsewhere", "write the characters, such as [ \\t]"],
  [/^\\[bB]/u, "means other words elsewhere", "say what stands before and after"],
  [/^\\[pP]/u, "is not known everywhere", "write the ranges of characters"],
  [/^\\(?:[1-9]|k)/u, "refers back, which not every language can", "spell the alternatives out"],
  [/^\\(?:u\{|[c0])/u, "is spelt differently elsewhere", "write \\uXXXX"],
  [/^(?:\[|&&|--|~~)$/u, "has a meaning inside [ ] elsewhere", "write a \\ before it"],
  [
    /^\(\?<?[=!]/u,
    "looks around, which not every language can",
    "say it in the description, or with a field of its own",
  ],
  [/^\(\?[^:]/u, "is spelt differently elsewhere", "write a plain group"],
];

/** An escape, a class of characters, the opening of a special group, or any other character. */
const piece = /\\u\{|\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<[=!]|.)|./gsu;

/**
 * Why a regular expression is not portable, if it is not.
 *
 * @param pattern its source, without slashes
 */
export function faultOf(pattern: string): { readonly message: string; readonly hint?: string } | undefined {
  for (const [text] of pattern.matchAll(piece)) {
    const inside = text.startsWith("[") ? text.slice(1).match(/\\u\{|\\.|\[|&&|--|~~/gsu) : [text];
    for (const construct of inside ?? []) {
      const [, what, hint] = unportable.find(([form]) => form.test(construct)) ?? [];
      if (what !== undefined && hint !== undefined) return { message: `${construct} ${what}`, hint };
    }
  }
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return { message: (error as Error).message };
  }
}
