import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { portablePattern } from "../../codegen/json/portable-pattern.js";

const spellings: readonly (readonly [pattern: string, portable: string])[] = [
  ["^[a-z]+$", "^[a-z]+$(?!\\n)"],
  ["a.b", "a[^\\n\\r\\u2028\\u2029]b"],
  ["\\$\\.", "\\$\\."],
  ["[$.]", "[\\$.]"],
  ["[[\\]]", "[\\[\\]]"],
  ["[]|[^]", "(?!)|[\\s\\S]"],
  ["\\ud83d\\ude00", "\u{1f600}"],
  ["[\\ud83d\\ude00-\\ud83d\\ude4f]", "[\u{1f600}-\u{1f64f}]"],
  ["\\u0041", "\\u0041"],
];

const piece = fc.constantFrom(
  ..."a|b|.|$|^|[a-z]|[^b$]|[[.]|[]|[^]|\\.|\\$|\\u0061|\\ud83d\\ude00|(?:a.)|\\n".split("|"),
);
const patterns = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
const character = fc.constantFrom("a", "b", "$", ".", "[", "\n", "\r", "\u2028", "\u{1f600}", "\ud83d");
const texts = fc.string({ unit: character, maxLength: 5 });

describe("a portable pattern", () => {
  it.each(spellings)("spells %s as %s", (pattern, portable) => {
    expect(portablePattern(pattern)).toBe(portable);
  });

  it("finds in this language what the pattern finds", () => {
    const property = fc.property(patterns, texts, (pattern, text) => {
      expect(new RegExp(portablePattern(pattern), "u").test(text)).toBe(new RegExp(pattern, "u").test(text));
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});
