import { expect, it } from "vitest";
import { describe, didYouMean, either, nearest, quote } from "../../runtime/value/wording.js";

it.each([
  ["nmae", "name"],
  ["NAME", "name"],
  ["usrname", "username"],
  ["x", undefined],
  ["completely different", undefined],
  ["", undefined],
])("the name nearest to %j is %j", (name, expected) => {
  expect(nearest(name, ["name", "username", "rank"])).toBe(expected);
});

it("a suggestion follows the sentence, or there is none", () => {
  expect(didYouMean("rnak", ["name", "rank"])).toBe('; did you mean "rank"?');
  expect(didYouMean("zzz", ["name", "rank"])).toBe("");
});

it.each([
  [[], "nothing"],
  [["a"], "a"],
  [["a", "b"], "a or b"],
  [["a", "b", "c"], "a, b or c"],
])("alternatives %j are %j", (alternatives, expected) => {
  expect(either(alternatives)).toBe(expected);
});

it.each([
  ["a\n", '"a\\n"'],
  [-0, "0"],
  [5n, "5n"],
  [null, "null"],
  [undefined, "undefined"],
  [[], "an empty array"],
  [[1], "an array"],
  [{}, "an object"],
  [() => 1, "a function"],
  [Symbol("x"), "a symbol"],
])("%#: a value in a few words", (value, expected) => {
  expect(describe(value)).toBe(expected);
});

it("a long quote is cut between characters", () => {
  expect(quote("\u{1F600}".repeat(100))).toBe(`"${"\u{1F600}".repeat(60)}"...`);
});
