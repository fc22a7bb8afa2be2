import { SyntaxKind } from "ts-morph";
import { expect, it } from "vitest";
import { filesBelow, findings, syntaxOf } from "../support/source.js";

const writers = filesBelow(["codegen"], [".ts"]).filter(({ path }) => /^codegen\/(?:python\/|emit\/python)/.test(path));
const templates = filesBelow(["codegen/templates/python"], [".hbs"]);

/** What only Python has: beginnings of statements, annotations, defaults, brackets that are left open, docstrings. */
const python =
  /(?:^|\W)(?:def|class|lambda|elif|return|await|async|import|raise) |->|"""|\w[[(]$|^[\])]|\w: ?$|\w: \w+$| = | \| |@\w/;

const textKinds = [
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
];

it("what is written in Python stands in templates, and is only measured elsewhere", () => {
  const written = templates.map(({ text }) => text).join("\n");
  const found = findings(writers, (file) =>
    syntaxOf(file)
      .getDescendants()
      .filter((node) => textKinds.includes(node.getKind()) && !node.getFirstAncestorByKind(SyntaxKind.ThrowStatement))
      .map((node) => node.getText().replaceAll(/^["'`}]|["'`]$|\$\{$/g, ""))
      .filter((text) => python.test(text) && !written.includes(text)),
  );
  expect(found).toEqual([]);
});

it("names in Python are made where all names are made", () => {
  const makers = /\.(?:toUpperCase|toLowerCase|replace|replaceAll|padStart|charAt)\(/;
  const writesText = /^codegen\/python\/(?:literal|render)\.ts$/;
  const others = writers.filter(({ path }) => !writesText.test(path));
  expect(findings(others, ({ text }) => (makers.test(text) ? ["makes a text"] : []))).toEqual([]);
});
