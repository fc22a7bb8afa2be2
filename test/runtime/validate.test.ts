import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  codePoints,
  every,
  everyOwn,
  hasOnly,
  isFiniteNumber,
  isRecord,
  isWhole,
  lengthWithin,
  others,
  own,
} from "../../runtime/value/validate.js";

const hostile: Record<string, unknown> = JSON.parse('{"a":1,"__proto__":2}');
const isNumber = (value: unknown) => typeof value === "number";

it.each([
  [{}, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  ["{}", false],
  [() => 1, false],
])("%#: a record is an object that is neither null nor an array", (value, verdict) => {
  expect(isRecord(value)).toBe(verdict);
});

it.each([
  [0, true, true],
  [-0, true, true],
  [1.5, false, true],
  [2 ** 53 - 1, true, true],
  [2 ** 53, false, true],
  [Number.NaN, false, false],
  [Number.POSITIVE_INFINITY, false, false],
  ["1", false, false],
  [1n, false, false],
])("%s is a whole number: %s, a finite one: %s", (value, whole, finite) => {
  expect([isWhole(value), isFiniteNumber(value)]).toEqual([whole, finite]);
});

describe("fields", () => {
  it("are read where the object has them itself", () => {
    expect(own({}, "constructor")).toBeUndefined();
    expect(own(hostile, "__proto__")).toBe(2);
  });

  it("are all listed, those without a value aside", () => {
    expect(hasOnly({ a: 1, b: undefined }, new Set(["a"]))).toBe(true);
    expect(hasOnly({ a: 1, b: null }, new Set(["a"]))).toBe(false);
    expect(hasOnly(hostile, new Set(["a"]))).toBe(false);
    expect(hasOnly(Object.create({ inherited: 1 }), new Set())).toBe(true);
  });

  it("that are not listed can be looked at, and so can all", () => {
    expect(others(hostile, new Set(["a"]))).toEqual([2]);
    expect(others({ a: 1, b: undefined }, new Set(["a"]))).toEqual([]);
    expect(everyOwn(hostile, isNumber, "tolerate")).toBe(true);
    expect(everyOwn({ a: undefined }, isNumber, "tolerate")).toBe(true);
    expect(everyOwn({ a: null }, isNumber, "tolerate")).toBe(false);
    expect(everyOwn(Object.create({ inherited: "no" }), isNumber, "tolerate")).toBe(true);
  });
});

it("every item is looked at, also one that was never set", () => {
  expect(every([1, 2], isNumber, "tolerate")).toBe(true);
  expect(every([], isNumber, "tolerate")).toBe(true);
  expect(every(new Array(1), isNumber, "tolerate")).toBe(false);
});

it("checks pass on how unknown fields are treated", () => {
  expect(every([1], (_, fields) => fields === "refuse", "refuse")).toBe(true);
  expect(everyOwn({ a: 1 }, (_, fields) => fields === "refuse", "tolerate")).toBe(false);
});

it("lengths count code points, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.nat(12),
      fc.oneof(fc.nat(12), fc.constant(Infinity)),
      (text, low, high) => {
        const length = Array.from(text).length;
        expect(codePoints(text)).toBe(length);
        expect(lengthWithin(text, low, high)).toBe(length >= low && length <= high);
      },
    ),
    { numRuns: 2000 },
  );
});
