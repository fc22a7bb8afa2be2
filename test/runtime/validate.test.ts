import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  codePoints,
  every,
  everyField,
  everyOther,
  everyOwn,
  everyText,
  hasOnly,
  isFiniteNumber,
  isRecord,
  isWhole,
  lengthWithin,
  own,
  written,
} from "../../runtime/value/validate.js";

const hostile: Record<string, unknown> = JSON.parse('{"a":1,"__proto__":2}');
const isNumber = (value: unknown) => typeof value === "number";
const never = () => false;

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
    expect(hasOnly({ a: 1, b: undefined }, ["a"])).toBe(true);
    expect(hasOnly({ a: 1, b: null }, ["a"])).toBe(false);
    expect(hasOnly(hostile, ["a"])).toBe(false);
    expect(hasOnly(Object.create({ inherited: 1 }), [])).toBe(true);
  });

  it("are found in whatever order, with whatever left out", () => {
    const names = ["a", "b", "c", "d"];
    fc.assert(
      fc.property(fc.shuffledSubarray([...names, "other"]), (present) => {
        const record = Object.fromEntries(present.map((name) => [name, name === "other" ? 1 : "listed"]));
        const isKnown = !present.includes("other");
        expect(hasOnly(record, names)).toBe(isKnown);
        expect(everyOther(record, names, isNumber, "tolerate")).toBe(true);
        expect(everyOther(record, names, (value) => typeof value === "string", "tolerate")).toBe(isKnown);
      }),
    );
  });

  it("that are not listed can be looked at, and so can all", () => {
    expect(everyOther(hostile, ["a"], isNumber, "tolerate")).toBe(true);
    expect(everyOther(hostile, ["a"], (value) => value !== 2, "tolerate")).toBe(false);
    expect(everyOther({ a: 1, b: undefined }, ["a"], never, "tolerate")).toBe(true);
    expect(everyOther(Object.create({ inherited: 1 }), [], never, "tolerate")).toBe(true);
    expect(everyOwn(hostile, isNumber, "tolerate")).toBe(true);
    expect(everyOwn({ a: undefined }, isNumber, "tolerate")).toBe(true);
    expect(everyOwn({ a: null }, isNumber, "tolerate")).toBe(false);
    expect(everyOwn(Object.create({ inherited: "no" }), isNumber, "tolerate")).toBe(true);
  });
});

describe("the fields of sparse objects", () => {
  const isOneOrText = (name: string, value: unknown) => (name === "one" ? value === 1 : typeof value === "string");

  it("are checked by their names", () => {
    expect(everyField({}, isOneOrText, "tolerate")).toBe(true);
    expect(everyField({ one: 1, other: "a" }, isOneOrText, "tolerate")).toBe(true);
    expect(everyField({ one: "a" }, isOneOrText, "tolerate")).toBe(false);
    expect(everyField({ one: 1, other: 1 }, isOneOrText, "tolerate")).toBe(false);
    expect(everyField(hostile, isOneOrText, "tolerate")).toBe(false);
  });

  it("are those that are written: not what has no value, and not what is inherited or hidden", () => {
    const hidden = Object.defineProperty({ shown: "a" }, "one", { value: 2 }) as Record<string, unknown>;
    for (const record of [{ one: undefined }, Object.create({ one: 2 }), hidden]) {
      expect(everyField(record, isOneOrText, "tolerate")).toBe(true);
      expect(written(record, "one")).toBeUndefined();
    }
    expect(written(hostile, "__proto__")).toBe(2);
    expect(written({}, "constructor")).toBeUndefined();
  });
});

it("every item is looked at, also one that was never set", () => {
  expect(every([1, 2], isNumber, "tolerate")).toBe(true);
  expect(every([], isNumber, "tolerate")).toBe(true);
  expect(every(new Array(1), isNumber, "tolerate")).toBe(false);
  expect([["a", ""], []].every(everyText)).toBe(true);
  expect([["a", 1], new Array(1)].some(everyText)).toBe(false);
});

it("checks pass on how unknown fields are treated", () => {
  expect(every([1], (_, fields) => fields === "refuse", "refuse")).toBe(true);
  expect(everyOwn({ a: 1 }, (_, fields) => fields === "refuse", "tolerate")).toBe(false);
  expect(everyOther({ a: 1 }, [], (_, fields) => fields === "refuse", "tolerate")).toBe(false);
  expect(everyField({ a: 1 }, (_name, _value, fields) => fields === "refuse", "tolerate")).toBe(false);
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
