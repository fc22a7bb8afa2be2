import { describe, expect, it } from "vitest";
import { type Finding, printFindings, suggestion } from "../../codegen/findings/diagnostic.js";
import { findingCodes } from "../../codegen/findings/finding-codes.js";

const finding = (fields: Partial<Finding>): Finding => ({
  code: "syntax",
  severity: "error",
  file: "schema/a.json",
  line: 1,
  column: 1,
  message: "is wrong",
  ...fields,
});

it("findings are printed by file, line and column, with the hint on a line of its own", () => {
  const text = printFindings([
    finding({ file: "schema/b.json" }),
    finding({ line: 10, hint: "write it differently" }),
    finding({ line: 2, column: 10 }),
    finding({ line: 2, column: 9, severity: "warning", code: "unused_type" }),
  ]);
  expect(text).toBe(
    [
      "schema/a.json:2:9 warning unused_type is wrong",
      "schema/a.json:2:10 syntax is wrong",
      "schema/a.json:10:1 syntax is wrong",
      "    hint: write it differently",
      "schema/b.json:1:1 syntax is wrong",
      "",
    ].join("\n"),
  );
});

it("no findings are no text", () => {
  expect(printFindings([])).toBe("");
});

it("every code stands for a sentence", () => {
  for (const [code, sentence] of Object.entries(findingCodes)) {
    expect(code).toMatch(/^[a-z]+(?:_[a-z]+)*$/u);
    expect(sentence).toMatch(/^[A-Z].*\.$/u);
  }
});

describe("did you mean", () => {
  const known = ["description", "minLength", "maxLength", "type"];

  it.each([
    ["descripton", "description"],
    ["minlength", "minLength"],
    ["tpye", "type"],
  ])("%s: %s", (written, meant) => expect(suggestion(written, known)).toBe(`did you mean "${meant}"?`));

  it.each(["multipleOf", "x", ""])("nothing, for %j", (written) => expect(suggestion(written, known)).toBeUndefined());

  it("nothing, when nothing is known", () => expect(suggestion("type", [])).toBeUndefined());
});
