import { beforeAll, describe, expect, it } from "vitest";
import { buildCatalog } from "../../codegen/catalog/catalog.js";
import { emitReference } from "../../codegen/emit/reference.js";
import { loadSources } from "../../codegen/load/load.js";
import { cell, code, firstSentence, prose } from "../../codegen/markdown/text.js";
import { typeText } from "../../codegen/markdown/type-text.js";
import type { Shape } from "../../runtime/value/shape.js";
import { faultsOf, linksIn, type Pages } from "../support/markdown.js";

describe("the reference of a small protocol", () => {
  let pages: Pages;
  const page = (name: string) => pages.get(`harbour/reference/${name}.md`) ?? "";
  const section = (name: string, heading: string) =>
    page(name)
      .split(/^(?=## )/m)
      .find((part) => part.startsWith(`## \`${heading}\``)) ?? "";

  beforeAll(async () => {
    const { sources } = await loadSources("test/fixtures/harbour/schema");
    const files = sources.map(buildCatalog).flatMap((catalog) => emitReference(catalog));
    pages = new Map(files.map(({ path, content }) => [path, content]));
  });

  it("has a page for each kind of thing, and one for each service", () => {
    const names = ["config", "errors", "events", "index", "lifecycle", "messages", "service-crane", "service-office"];
    expect([...pages.keys()].sort()).toEqual(
      expect.arrayContaining([...names, "state", "types"].map((name) => `harbour/reference/${name}.md`)),
    );
  });

  it("has links that lead somewhere, whole tables, and examples that are JSON", () => {
    expect(faultsOf(pages)).toEqual([]);
    expect([...pages.values()].flatMap(linksIn).length).toBeGreaterThan(30);
  });

  it("would not pass with a link that leads nowhere, or a table that is torn", () => {
    const broken = new Map(pages).set(
      "harbour/reference/a.md",
      "[x](events.md#nowhere)\n[y](z.md)\n\n| a |\n| --- |\n| b | c |\n",
    );
    expect(faultsOf(broken)).toEqual([
      "harbour/reference/a.md: a link leads to events.md#nowhere",
      "harbour/reference/a.md: a link leads to z.md",
      "harbour/reference/a.md: a row is torn: | b | c |",
    ]);
  });

  it("shows envelopes as JSON, dialects, and what becomes of token examples", () => {
    expect(page("index")).toContain('{ "success": true, "data": "{result}" }');
    expect(page("index")).toContain("| `long` | `harbour.events.{quay}.{event:exactEvent}` |");
    expect(page("index")).toContain('| `"Old Pier"` | `old-pier` |');
    expect(page("index")).toContain('| `"a.b"` | refused |');
  });

  it("tells of an event its subject in each dialect, direction, source, fields and an example", () => {
    const text = section("events", "shipArrived");
    expect(text).toContain("- Subject, dialect plain: `harbour.{quay}.shipArrived`");
    expect(text).toContain("- Subject, dialect long: `harbour.events.{quay}.shipArrived`");
    expect(text).toContain("- Direction: office \u2192 anybody");
    expect(text).toContain("- Source: The harbour rules, section 1");
    expect(text).toContain("| `crew` | integer, 1 to 200 | yes | How many people are aboard. |");
    expect(text).toContain("| `cargo` | [Cargo](types.md#cargo) | yes | What is aboard, by its kind. |");
    expect(text).toContain("**Deprecated.** Use `built`.");
    expect(text).toContain('  "call_sign": "DR12",');
  });

  it("tells of a command its rank, other names, errors, and why it is ignored", () => {
    const lift = section("service-crane", "lift");
    expect(lift).toContain("- Rank: 2 or more");
    expect(lift).toContain("- Also taken under: `hoist`");
    expect(lift).toContain("- Arguments also taken: `crate` as `box`");
    expect(lift).toContain("| `too_heavy` | It does not move. | `^Too heavy` |");
    expect(lift).toContain("In m. When absent: `10`.");
    expect(section("service-crane", "sing")).toContain(
      "> **Ignored.** The service answers success and does nothing. The horn was sold. Instead: `lift`",
    );
  });

  it("says what is deprecated, and what to use", () => {
    expect(section("events", "shipLeft")).toContain("> **Deprecated.** Use `tide`, which says more.");
    expect(page("service-office")).toContain("> **Deprecated.** Ask the crane.");
  });

  it("shows each form of a union in a table of its own", () => {
    expect(section("types", "Cargo")).toContain('`kind` is `"crates"`. Crates.\n\n| Field |');
    expect(section("types", "Cargo")).toContain('`kind` is `"grain"` or `"coal"`. Loose goods.\n\n| Field |');
  });

  it("has every message in one table", () => {
    expect(page("messages").match(/^\| \[`harbour\//gm)).toHaveLength(12);
  });
});

describe("text in Markdown", () => {
  it.each([
    ["a | b", "a \\| b"],
    ["one\n\n- two\n- three ", "one<br>- two<br>- three"],
  ])("in a cell, %j is %j", (text, expected) => expect(cell(text)).toBe(expected));

  it.each([
    ["uses <b> and `<code>`", "uses &lt;b> and `<code>`"],
    ["# no heading\ntext", "\\# no heading\ntext"],
  ])("in a paragraph, %j is %j", (text, expected) => expect(prose(text)).toBe(expected));

  it.each([
    ["plain", "`plain`"],
    ["a`b", "``a`b``"],
    ["`", "`` ` ``"],
    ["", "`  `"],
  ])("as code, %j is %j", (text, expected) => expect(code(text)).toBe(expected));

  it.each([
    ["One. Two.", "One."],
    ["Version 1.5 is\nout. Next.", "Version 1.5 is out."],
    ["Such as e.g. this one. Next", "Such as e.g. this one."],
    ["No end", "No end"],
  ])("the first sentence of %j is %j", (text, expected) => expect(firstSentence(text)).toBe(expected));
});

describe("types in words", () => {
  const name: Shape = { kind: "string", minLength: 1, maxLength: 20 };
  it.each<[Shape, string]>([
    [{ kind: "number", integer: true, minimum: 0 }, "integer, at least 0"],
    [{ kind: "number", integer: false, exclusiveMinimum: 0, maximum: 1 }, "number, at most 1, more than 0"],
    [name, "string, 1 to 20 characters"],
    [{ kind: "string", minLength: 1 }, "string, at least 1 character"],
    [{ kind: "string", format: "date" }, "string, `date`"],
    [
      { kind: "array", items: name, minItems: 2, maxItems: 2 },
      "array of (string, 1 to 20 characters), exactly 2 items",
    ],
    [{ kind: "enum", values: ["a", "b"], open: true }, '`"a"`, `"b"` or other text'],
    [{ kind: "union", members: [name, { kind: "null" }] }, "(string, 1 to 20 characters) or null"],
    [
      { kind: "object", properties: [], rest: { kind: "values", shape: { kind: "boolean" } } },
      "object, each field boolean",
    ],
    [{ kind: "reference", name: "User", target: () => name }, "[User](types.md#user)"],
    [{ kind: "reference", name: "Ghost", target: () => name }, "Ghost"],
  ])("%j is %s", (shape, expected) => {
    expect(typeText(shape, (type) => (type === "User" ? "types.md#user" : undefined))).toBe(expected);
  });
});
