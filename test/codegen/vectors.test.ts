import { beforeAll, describe, expect, it } from "vitest";
import { buildCatalog } from "../../codegen/catalog/catalog.js";
import { emitVectors } from "../../codegen/emit/vectors.js";
import { loadSources } from "../../codegen/load/load.js";
import type { Catalog } from "../../codegen/model.js";
import { type PayloadVectors, payloadsIn } from "../support/vectors.js";

let catalog: Catalog;
let files: ReadonlyMap<string, string>;
let payloads: readonly PayloadVectors[];
function vectorsOf(path: string): PayloadVectors {
  const found = payloads.find(({ ref }) => ref === `harbour/${path}`);
  if (found === undefined) throw new Error(`there are no vectors of ${path}`);
  return found;
}

const countOf = ({ valid, invalid, unknownFields }: PayloadVectors) =>
  valid.length + invalid.length + unknownFields.length;

beforeAll(async () => {
  const { sources } = await loadSources("test/fixtures/harbour/schema");
  const [first] = sources;
  if (first === undefined) throw new Error("the fixture is gone");
  catalog = buildCatalog(first);
  files = new Map(emitVectors(catalog).map(({ path, content }) => [path, content]));
  payloads = [...files].flatMap(([path, text]) => (path.includes("/payloads/") ? payloadsIn(text) : []));
});

describe("the vectors of a payload", () => {
  it("stand together, by service or kind, with the name of the type", () => {
    const paths = "config crane events lifecycle office state"
      .split(" ")
      .map((group) => `harbour/vectors/payloads/${group}.json`);
    expect([...files.keys()].sort()).toEqual([...paths, "harbour/vectors/subjects.json"]);
    expect(vectorsOf("crane/lift/args")).toMatchObject({ type: "CraneLiftArgs", ref: "harbour/crane/lift/args" });
    expect(vectorsOf("state/berths/ship")).toMatchObject({ type: "BerthsShipState" });
  });

  it("have a line each, so that a change shows", () => {
    const expected = payloads.filter(({ ref }) => ref.startsWith("harbour/crane/")).map(countOf);
    const lines = files.get("harbour/vectors/payloads/crane.json")?.match(/^ {8}\{"why":.*\},?$/gm);
    expect(lines).toHaveLength(expected.reduce((sum, count) => sum + count));
  });

  it("are not many", () => {
    expect(Math.max(...payloads.map(countOf))).toBeLessThanOrEqual(80);
  });

  it("are the same each time", () => {
    expect(new Map(emitVectors(catalog).map(({ path, content }) => [path, content]))).toEqual(files);
  });

  it("begin with the examples", () => {
    const { valid } = vectorsOf("crane/lift/args");
    expect(valid.slice(0, 2)).toEqual([
      { why: "example 1", value: { crate: { label: "A1" } } },
      { why: "example 2", value: { crate: { label: "A2" }, height: 3.5 } },
    ]);
  });

  it.each([
    ["crane/lift/args", "a required field is missing", "/crate", {}],
    ["crane/lift/args", "the exclusive maximum", "/height", { crate: { label: "a" }, height: 40 }],
    ["crane/lift/args", "one code point too long", "/crate/label", { crate: { label: "\u{1F600}".repeat(5) } }],
    ["crane/sing/args", "a field that nobody may send", "/notInTheSchema", { verse: 1, notInTheSchema: 1 }],
    ["crane/sing/args", "2^53", "/verse", { verse: 2 ** 53 }],
    ["crane/sing/args", "a fraction", "/verse", { verse: 1.5 }],
    ["events/log", "one item too few", "", []],
    ["events/log", "wrong type: number", "/0", [7]],
    ["events/tide", "wrong type: object", "", {}],
    ["lifecycle/open", "not of the format date-time", "/since", { service: "a", since: "2000-01-01T00:00:00" }],
    ["office/berths.list/result", "null", "/notInTheSchema", { notInTheSchema: null }],
  ])("of %s hold, as refused: %s at %j", (path, why, pointer, value) => {
    const found = vectorsOf(path).invalid.filter((vector) => vector.why === why && vector.pointer === pointer);
    expect(found.map((vector) => vector.value)).toContainEqual(value);
  });

  it("tell unknown fields, which writers must not send, from refused ones", () => {
    expect(vectorsOf("crane/lift/args").unknownFields.map(({ pointer }) => pointer)).toEqual([
      "/notInTheSchema",
      "/crate/notInTheSchema",
    ]);
    expect(vectorsOf("crane/sing/args").unknownFields).toEqual([]);
    expect(vectorsOf("lifecycle/open").valid.map(({ why }) => why)).toContain("a free field");
  });
});

describe("the vectors of subjects", () => {
  it("hold what tokens become, or that they are refused", () => {
    const { tokens } = JSON.parse(files.get("harbour/vectors/subjects.json") ?? "null");
    expect(tokens).toEqual([
      { token: "quay", text: "North", becomes: "north" },
      { token: "quay", text: "Old Pier", becomes: "old-pier" },
      { token: "quay", text: "a.b", becomes: null },
      { token: "quay", text: "", becomes: null },
    ]);
  });

  it("hold subjects in every dialect, and what is read back from them", () => {
    const { subjects } = JSON.parse(files.get("harbour/vectors/subjects.json") ?? "null");
    expect(subjects).toContainEqual({
      ref: "harbour/events/log",
      dialect: "long",
      template: "harbour.events.{quay}.{event:exactEvent}",
      parameters: { quay: "Old Pier", event: "log" },
      subject: "harbour.events.old-pier.log",
      parsed: { quay: "old-pier", event: "log" },
    });
    expect(subjects).toContainEqual({
      ref: "harbour/events/log",
      dialect: "plain",
      template: "harbour.{quay}.{event}",
      parameters: { quay: "a.b", event: "log" },
      subject: null,
      parsed: null,
    });
    expect(subjects).toContainEqual(
      expect.objectContaining({ ref: "harbour/state/berths", dialect: null, subject: "berths_old-pier" }),
    );
  });
});
