import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faultOf } from "../../codegen/check/rules/patterns.js";

describe("a pattern that means the same in every language", () => {
  it.each([
    "^[0-9]+$",
    "^(?:[A-Za-z_-]{1,20}|-)$",
    "a|b",
    "^[^\\]\\\\]*$",
    "\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\^\\$\\|\\/",
    "^[(?=\\[-]$",
    "a--b&&c",
    "[\\u0041-\\u005A]",
    "\\\\d",
    "^\\t\\n\\r\\f\\v$",
    "",
  ])("%j", (pattern) => expect(faultOf(pattern)).toBeUndefined());
});

describe("a pattern that does not", () => {
  it.each([
    "\\d",
    "[\\d]",
    "\\\\\\w",
    "[^\\s,]",
    "\\bword",
    "[\\b]",
    "\\p{L}",
    "\\P{L}",
    "(a)\\1",
    "(?<name>a)\\k<name>",
    "(?=a)",
    "(?!a)",
    "(?<=a)b",
    "(?<!a)b",
    "(?<name>a)",
    "(?i)a",
    "(?P<name>a)",
    "\\u{1F697}",
    "\\cA",
    "\\0",
    "[[a]",
    "[a&&b]",
    "[!--]",
  ])("is refused with a hint: %j", (pattern) => {
    expect(faultOf(pattern)).toMatchObject({ hint: expect.any(String) as unknown });
  });

  it.each(["(", "[a", "a{2,1}", "\\-", "*", "(?:", "\\"])(
    "is refused as no regular expression at all: %j",
    (pattern) => {
      expect(faultOf(pattern)).toBeDefined();
    },
  );
});

it("whatever is let through compiles with Unicode semantics", () => {
  const piece = fc.constantFrom(
    "a",
    "[",
    "]",
    "(",
    ")",
    "(?:",
    "(?=",
    "\\",
    "d",
    "\\d",
    "^",
    "-",
    "|",
    "*",
    "{1}",
    "\u{1F697}",
    "\\u0041",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const pattern = pieces.join("");
      if (faultOf(pattern) === undefined) expect(() => new RegExp(pattern, "u")).not.toThrow();
      else expect(faultOf(pattern)?.message).not.toBe("");
    }),
  );
});
