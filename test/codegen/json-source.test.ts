import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { join } from "../../codegen/json/pointer.js";
import { parseJson } from "../../codegen/load/json-source.js";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("the position of a value", () => {
  const source = parseJson(bytes('{\n  "a": [1,\r\n    { "b/c": true }],\n  "~": "x"\n}\n'));

  it.each([
    ["", 1, 1],
    ["/a", 2, 8],
    ["/a/0", 2, 9],
    ["/a/1", 3, 5],
    ["/a/1/b~1c", 3, 14],
    ["/~0", 4, 8],
  ])("at %j is line %i, column %i", (pointer, line, column) => {
    expect(source.position(pointer)).toEqual({ line, column });
  });

  it("that is not there is that of the nearest value above it", () => {
    expect(source.position("/a/1/missing/deeper")).toEqual({ line: 3, column: 5 });
    expect(source.position("/missing")).toEqual({ line: 1, column: 1 });
  });

  it("is where its text begins, for every value of every document", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = parseJson(bytes(text));
        fc.pre(parsed.faults.length === 0);
        const lines = text.split("\n");
        for (const [pointer, inside] of everyValue(value)) {
          const { line, column } = parsed.position(pointer);
          const rest = [lines[line - 1]?.slice(column - 1), ...lines.slice(line)].join("\n");
          const beginning =
            typeof inside === "object" && inside !== null
              ? Array.isArray(inside)
                ? "["
                : "{"
              : JSON.stringify(inside);
          expect(rest.startsWith(beginning)).toBe(true);
        }
      }),
    );
  });
});

function* everyValue(value: unknown, pointer = ""): Generator<[string, unknown]> {
  yield [pointer, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, inside] of Object.entries(value)) yield* everyValue(inside, join(pointer, key));
}

describe("what is read", () => {
  it("is what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { value, faults } = parseJson(bytes(text));
        if (faults.length === 0) expect(value).toEqual(JSON.parse(text));
      }),
    );
  });

  it("has the field __proto__ when the file has", () => {
    const { value } = parseJson(bytes('{ "__proto__": 1 }'));
    expect(Object.entries(value as object)).toEqual([["__proto__", 1]]);
  });
});

describe("what is refused", () => {
  it.each([
    ["a comment", "{ /* why */ }", "syntax"],
    ["a trailing comma", "[1,]", "syntax"],
    ["nothing at all", "", "syntax"],
    ["two values", "1 2", "syntax"],
    ["a single quote", "{ 'a': 1 }", "syntax"],
    ["a number that overflows", "1e999", "syntax"],
    ["half a character", '"\\ud83d"', "syntax"],
    ["a byte order mark", "\uFEFF{}", "syntax"],
    ["a key twice", '{ "a": 1, "b": { "a": 2 }, "a": 3 }', "duplicate_key"],
    ["a key twice in two spellings", '{ "a": 1, "\\u0061": 2 }', "duplicate_key"],
    ["more brackets than anybody reads", "[".repeat(100_000), "syntax"],
  ])("%s", (_, text, code) => {
    expect(parseJson(bytes(text)).faults.map((fault) => fault.code)).toEqual([code]);
  });

  it("bytes that are not UTF-8", () => {
    expect(parseJson(Uint8Array.of(0x22, 0xe9, 0x22)).faults).toEqual([
      { code: "syntax", message: "the file is not UTF-8", line: 1, column: 1 },
    ]);
  });
});
