import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonText } from "../../codegen/json/json-text.js";
import type { Json } from "../../runtime/value/shape.js";

it("keeps on one line what fits there", () => {
  expect(jsonText({ a: [1, 2], b: {}, c: null })).toBe('{ "a": [1, 2], "b": {}, "c": null }');
});

it("breaks what does not, the outermost first", () => {
  const word = "x".repeat(50);
  expect(jsonText({ a: { b: word }, c: [word, word] })).toBe(
    ["{", `  "a": { "b": "${word}" },`, '  "c": [', `    "${word}",`, `    "${word}"`, "  ]", "}"].join("\n"),
  );
});

it("is the same JSON, whatever the value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonText(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
