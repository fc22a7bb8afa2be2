import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textMatching } from "../../runtime/value/pattern-text.js";
import { sample } from "../../runtime/value/sample.js";
import { codePoints } from "../../runtime/value/validate.js";

interface Boat {
  readonly name: string;
  readonly oars?: number;
}

describe("a sample", () => {
  const base: Boat = { name: "Dora", oars: 2 };

  it("is the base, when nothing is replaced", () => {
    expect(sample(base)).toEqual(base);
    expect(sample(base)).not.toBe(base);
  });

  it("has the fields that are given in place of the base's", () => {
    expect(sample(base, { name: "Mary" })).toEqual({ name: "Mary", oars: 2 });
  });

  it("lacks the fields that are undefined, as JSON does", () => {
    expect(Object.keys(sample(base, { oars: undefined }))).toEqual(["name"]);
  });

  it("keeps a field called __proto__ a field", () => {
    const odd = JSON.parse('{"__proto__": 1}') as object;
    expect(JSON.stringify(sample(odd))).toBe('{"__proto__":1}');
  });
});

describe("text for a pattern", () => {
  it.each([
    ["^[0-9]+$", 0, "0"],
    ["^[0-9]+$", 4, "0000"],
    ["^#[0-9a-f]{6}$", 0, "#aaaaaa"],
    ["^(?:yes|no)$", 0, "yes"],
    ["^https?://", 0, "http://"],
    ["^https?://", 12, "http://aaaaa"],
    ["^[^ab]$", 0, "c"],
    ["^\\u{1F600}+$", 2, "\u{1F600}\u{1F600}"],
    ["^[\\u4e00-\\u9fff]$", 0, "\u4e00"],
    ["^\\n\\.$", 0, "\n."],
    ["x", 3, "xaa"],
    ["", 0, ""],
  ])("of %s with %i characters is %j", (pattern, minimum, expected) => {
    expect(textMatching(pattern, minimum)).toBe(expected);
  });

  it("is nothing when the pattern lets nothing so long through", () => {
    expect(textMatching("^a$", 2)).toBeUndefined();
  });

  it("matches, and is long enough, whatever the pattern is made of", () => {
    const atoms = fc.constantFrom("a", "[0-9]", "[^x]", "(?:ab|c)", "\\.", "(d)", "\\u00e9");
    const quantifiers = fc.constantFrom("", "?", "*", "+", "{2}", "{1,3}", "{2,}");
    const patterns = fc
      .array(fc.tuple(atoms, quantifiers), { minLength: 1, maxLength: 4 })
      .map((parts) => `^${parts.map((part) => part.join("")).join("")}$`);
    fc.assert(
      fc.property(patterns, fc.nat(3), (pattern, minimum) => {
        const text = textMatching(pattern, minimum);
        if (text === undefined) return;
        expect(text).toMatch(new RegExp(pattern, "u"));
        expect(codePoints(text)).toBeGreaterThanOrEqual(minimum);
      }),
    );
    fc.assert(
      fc.property(patterns, (pattern) => {
        expect(textMatching(pattern)).toMatch(new RegExp(pattern, "u"));
      }),
    );
  });
});
