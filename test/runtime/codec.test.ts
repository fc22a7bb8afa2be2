import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, decodeText, encode, encodeText } from "../../runtime/protocol/codec.js";

const limit = 2 * 1024 * 1024;
const bytes = (text: string) => new TextEncoder().encode(text);
const refusal = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};
class Unwritable {
  toJSON() {
    throw new Error("not this one");
  }
}
const nested = (levels: number) => bytes("[".repeat(levels) + "]".repeat(levels));

describe("bytes are decoded", () => {
  it("as JSON in UTF-8", () => {
    expect(decode(bytes(' {"a":[1,null,"\u00E9\u{1F600}"]}\n'), limit)).toEqual({ a: [1, null, "\u00E9\u{1F600}"] });
  });

  it("the last of repeated keys counts", () => {
    expect(decode(bytes('{"a":1,"a":2}'), limit)).toEqual({ a: 2 });
  });

  it("a key called __proto__ is a field, not a prototype", () => {
    const value = decode(bytes('{"__proto__":{"a":1}}'), limit);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
  });

  it("from the middle of a larger buffer, without reading around it", () => {
    expect(decode(bytes("xx[1]xx").subarray(2, 5), limit)).toEqual([1]);
  });

  it("when there are as many as the limit", () => {
    expect(decode(bytes(`"${"x".repeat(limit - 2)}"`), limit)).toHaveLength(limit - 2);
  });
});

describe("bytes are refused", () => {
  it.each([
    ["nothing", []],
    ["a lone continuation byte", [0x22, 0x80, 0x22]],
    ["a cut sequence", [0x22, 0xc3, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a code point past the last", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x31]],
    ["UTF-16", [0x22, 0x00, 0x61, 0x00, 0x22, 0x00]],
    ["words", [...bytes("hello")]],
    ["NaN", [...bytes("NaN")]],
    ["two values", [...bytes("1 2")]],
    ["a comma too many", [...bytes("[1,]")]],
    ["a raw newline in a string", [...bytes('"\n"')]],
  ])("%s", (_, data) => {
    expect(refusal(() => decode(new Uint8Array(data), limit))).toMatchObject({ code: "malformed_message" });
  });

  it("with one more than the limit, before they are looked at", () => {
    expect(() => decode(new Uint8Array(limit + 1), limit)).toThrow(
      "[message_too_large] the message has 2097153 bytes, and the limit is 2097152",
    );
  });

  it("when they nest deeper than 100 levels, however the levels are made", () => {
    expect(refusal(() => decode(nested(100), limit))).toBeInstanceOf(Array);
    expect(() => decode(nested(101), limit)).toThrow("[malformed_message] the message nests deeper than 100 levels");
    const objects = `${'{"":'.repeat(101)}1${"}".repeat(101)}`;
    expect(refusal(() => decode(bytes(`[1,${objects}]`), limit))).toMatchObject({ code: "malformed_message" });
    expect(refusal(() => decode(nested(limit / 2), limit))).toMatchObject({ code: "malformed_message" });
  });

  it("but not for brackets in a string, or beside one another", () => {
    expect(decode(bytes(JSON.stringify("[".repeat(500))), limit)).toHaveLength(500);
    expect(decode(bytes(`[${"[],".repeat(500)}[]]`), limit)).toHaveLength(501);
  });
});

describe("values are encoded", () => {
  it("without the fields that are undefined", () => {
    expect(decodeText(encode({ a: undefined, b: 1 }), limit)).toBe('{"b":1}');
  });

  it("to UTF-8, with half a surrogate pair escaped", () => {
    expect([...encode("\u00E9")]).toEqual([0x22, 0xc3, 0xa9, 0x22]);
    expect(decodeText(encode("\uD83D"), limit)).toBe('"\\ud83d"');
  });

  it("without what is inherited", () => {
    expect(decodeText(encode(Object.create({ inherited: () => 1 })), limit)).toBe("{}");
  });

  const cycle: { inner: unknown[] } = { inner: [] };
  cycle.inner.push(cycle);
  it.each([
    [undefined, "the value cannot be JSON: it is undefined"],
    [() => 1, "the value cannot be JSON: it is a function"],
    [{ a: [1, 5n] }, "/a/1 cannot be JSON: it is 5n"],
    [{ "a/b": Symbol("x") }, "/a~1b cannot be JSON: it is a symbol"],
    [[1, Number.NaN], "/1 cannot be JSON: it is NaN"],
    [{ a: Number.NEGATIVE_INFINITY }, "/a cannot be JSON: it is -Infinity"],
    [[undefined], "/0 cannot be JSON: it is undefined"],
    [cycle, "/inner/0/inner/0"],
    [cycle, "nests deeper than 100 levels, or contains itself"],
    [JSON.parse("[".repeat(1e5) + "]".repeat(1e5)), "nests deeper than 100 levels"],
    [{ toJSON: () => 1 }, "/toJSON cannot be JSON: it is a function"],
    [new Unwritable(), "not this one"],
  ])("%#: or refused, with the place and the reason", (value, reason) => {
    expect(refusal(() => encode(value))).toMatchObject({ code: "invalid_argument" });
    expect(() => encode(value)).toThrow(reason);
  });
});

describe("text", () => {
  it("travels as it is, a byte order mark included", () => {
    expect(decodeText(encodeText("\uFEFF<b>h\u00E9</b>"), limit)).toBe("\uFEFF<b>h\u00E9</b>");
    expect(decodeText(new Uint8Array(), limit)).toBe("");
  });

  it("is refused when it is not Unicode, on both ways", () => {
    expect(refusal(() => encodeText("a\uDC00"))).toMatchObject({ code: "invalid_argument" });
    expect(refusal(() => decodeText(new Uint8Array([0xff]), limit))).toMatchObject({ code: "malformed_message" });
    expect(refusal(() => decodeText(new Uint8Array(11), 10))).toMatchObject({ code: "message_too_large" });
  });
});

describe("whatever the value", () => {
  it("decoding gives back what was encoded", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8, stringUnit: "binary" }), (value) => {
        expect(JSON.stringify(decode(encode(value), limit))).toBe(JSON.stringify(value));
      }),
      { numRuns: 1000 },
    );
  });

  it("bytes are text when, and only when, they are UTF-8", () => {
    const utf8 = fc.string({ unit: "grapheme" }).map((text) => [...bytes(text)]);
    const anyBytes = fc.tuple(utf8, fc.array(fc.integer({ min: 0x7e, max: 0xff }), { maxLength: 3 }), utf8);
    fc.assert(
      fc.property(anyBytes, (parts) => {
        const data = new Uint8Array(parts.flat());
        const decoded = refusal(() => decodeText(data, limit));
        expect(typeof decoded === "string").toBe(isUtf8(data));
        if (typeof decoded === "string") expect([...encodeText(decoded)]).toEqual([...data]);
      }),
      { numRuns: 2000 },
    );
  });
});
