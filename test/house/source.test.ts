import { Node } from "ts-morph";
import { expect, it } from "vitest";
import { filesBelow, findings, syntaxOf } from "../support/source.js";

const source = filesBelow(["codegen", "runtime"], [".ts"]);
const everything = filesBelow(["codegen", "runtime", "examples", "test"], [".ts", ".hbs", ".js", ".sh", ".py"]);

it("source is written in ASCII", () => {
  const character = /[^\t\n\x20-\x7E]/gu;
  expect(findings(everything, ({ text }) => text.match(character) ?? [])).toEqual([]);
});

it("no file is longer than 250 lines", () => {
  const lines = (text: string) => text.trimEnd().split("\n").length;
  expect(findings(source, ({ text }) => (lines(text) > 250 ? [`${lines(text)} lines`] : []))).toEqual([]);
});

it("every file that is more than a type says first what it is", () => {
  expect(findings(source, ({ text }) => (/^(#!.*\n)?\/\*\*/.test(text) ? [] : ["no comment at the top"]))).toEqual([]);
});

it("every export has a comment", () => {
  const undocumented = findings(source, (file) =>
    syntaxOf(file)
      .getStatements()
      .filter((statement) => Node.isExportable(statement) && statement.isExported())
      // Overloads are documented, and not what implements them.
      .filter((statement) => !Node.isFunctionDeclaration(statement) || statement.getOverloads().length === 0)
      .filter((statement) => !Node.isJSDocable(statement) || statement.getJsDocs().length === 0)
      .map((statement) => statement.getText().split("\n")[0] ?? ""),
  );
  expect(undocumented).toEqual([]);
});

it("what is unfinished is not in the source", () => {
  expect(findings(source, ({ text }) => text.match(/\b(?:TODO|FIXME|XXX|HACK)\b/g) ?? [])).toEqual([]);
});
