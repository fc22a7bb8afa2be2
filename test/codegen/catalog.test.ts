import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildCatalog } from "../../codegen/catalog/catalog.js";
import { checkSources } from "../../codegen/check/check.js";
import { printFindings } from "../../codegen/findings/diagnostic.js";
import { loadSources } from "../../codegen/load/load.js";
import type { Catalog, Message } from "../../codegen/model.js";
import type { Json } from "../../runtime/value/shape.js";
import { scratchFolder } from "../support/scratch.js";

const stations = "test/cases/own-subjects-and-dialects/schema";

async function catalogOf(folder: string): Promise<Catalog> {
  const { sources, findings } = await loadSources(folder);
  expect(printFindings([...findings, ...sources.flatMap(checkSources)])).toBe("");
  const [first] = sources;
  if (!first) throw new Error(`no protocol in ${folder}`);
  return buildCatalog(first);
}

function message(catalog: Catalog, ref: string): Message {
  const found = catalog.messages.find((candidate) => candidate.ref === ref);
  if (!found) throw new Error(`${ref} is not in the catalog`);
  return found;
}

describe("the catalog", () => {
  it("is frozen all the way down, functions included", async () => {
    const unfrozen = (value: unknown, path: string): readonly string[] => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null) return [];
      const inside = Object.entries(value).flatMap(([key, field]) => unfrozen(field, `${path}/${key}`));
      return Object.isFrozen(value) ? inside : [path, ...inside];
    };
    expect(unfrozen(await catalogOf("test/cases/recursion/schema"), "")).toEqual([]);
  });

  it("leads from each reference to the shape of the type it names", async () => {
    const { types } = await catalogOf("test/cases/recursion/schema");
    const shelf = types.find(({ name }) => name === "Shelf")?.shape;
    const event = types.find(({ name }) => name === "ShelvedEvent")?.shape;
    expect(event?.kind === "reference" && event.target()).toBe(shelf);
  });

  it("sorts types by name and messages by reference, whatever the order of files", async () => {
    const { types, messages } = await catalogOf(stations);
    const names = types.map(({ name }) => name);
    const refs = messages.map(({ ref }) => ref);
    expect(names).toEqual(names.toSorted());
    expect(refs).toEqual(refs.toSorted());
  });

  it("fills in what a message does not say from what its kind says", async () => {
    const catalog = await catalogOf(stations);
    expect(message(catalog, "weather/events/rain")).toMatchObject({
      publisher: "station",
      listeners: "everybody",
      envelope: "report",
      subjects: { new: "weather.{land}.{city}.{event}", old: "wx.{city:exactCity}.{event}" },
      ownSubjects: {},
    });
    expect(message(catalog, "weather/events/storm")).toMatchObject({
      publisher: "office",
      ownSubjects: { new: "weather.warnings.storm", old: "wx.storm" },
    });
  });

  it("gives a command the subjects and errors of its service besides its own", async () => {
    const catalog = await catalogOf(stations);
    expect(message(catalog, "weather/cellar/fetch")).toMatchObject({
      subjects: { new: "weather.archive", old: "wx.{service}.{command}" },
      ownSubjects: { new: "weather.archive" },
    });
    expect(message(catalog, "weather/mast/turn")).toMatchObject({ errors: [{ code: "broken" }, { code: "stuck" }] });
  });

  it("merges the members of allOf, in their order, and requires what any of them requires", async () => {
    const { types } = await catalogOf("test/cases/all-of/schema");
    const shape = types.find(({ name }) => name === "Librarian")?.shape;
    const properties = shape?.kind === "object" ? shape.properties : [];
    expect(properties.map(({ name, required }) => [name, required])).toEqual([
      ["name", true],
      ["born", true],
      ["card", true],
      ["desk", false],
    ]);
  });
});

describe("hashes", () => {
  /** The schemas of the weather stations with one file changed. */
  async function changed(file: string, edit: (text: string) => string): Promise<Catalog> {
    const folder = join(await scratchFolder(), "schema");
    await cp(stations, folder, { recursive: true });
    const text = await readFile(join(folder, file), "utf8");
    const edited = edit(text);
    expect(edited).not.toBe(text);
    await writeFile(join(folder, file), edited);
    return catalogOf(folder);
  }
  const setting = (edit: (document: Record<string, Json>) => Record<string, Json>) => (text: string) =>
    JSON.stringify(edit(JSON.parse(text) as Record<string, Json>));
  const hashes = ({ messages, hash }: Catalog) => ({
    protocol: hash,
    ...Object.fromEntries(messages.map((one) => [one.ref, one.hash])),
  });
  const differing = async (catalog: Catalog) => {
    const [before, after] = [hashes(await catalogOf(stations)), hashes(catalog)] as Record<string, string>[];
    return Object.keys(before ?? {}).filter((ref) => before?.[ref] !== after?.[ref]);
  };

  it("are 16 hexadecimal digits", async () => {
    for (const hash of Object.values(hashes(await catalogOf(stations)))) expect(hash).toMatch(/^[0-9a-f]{16}$/u);
  });

  it.each([
    ["a description", "events/rain.json", setting((document) => ({ ...document, description: "It pours." }))],
    ["where a fact comes from", "events/rain.json", setting((document) => ({ ...document, source: "a barometer" }))],
    ["an example", "events/rain.json", setting((document) => ({ ...document, examples: [3] }))],
    ["a deprecation", "events/rain.json", setting((document) => ({ ...document, deprecated: "Look outside." }))],
    [
      "the order of keys",
      "events/rain.json",
      setting((document) => Object.fromEntries(Object.entries(document).reverse())),
    ],
    ["white space", "protocol.json", (text: string) => JSON.stringify(JSON.parse(text), null, 8)],
    ["the title", "protocol.json", setting((document) => ({ ...document, title: "The sky" }))],
    ["the version", "protocol.json", setting((document) => ({ ...document, version: "9.9.9" }))],
  ])("stay when %s changes", async (_, file, edit) => {
    expect(await differing(await changed(file, edit))).toEqual([]);
  });

  it.each([
    [
      "a constraint",
      "events/rain.json",
      { payload: { type: "number", minimum: 0, maximum: 1000 } },
      ["weather/events/rain"],
    ],
    ["a type", "events/rain.json", { payload: { type: "integer", minimum: 0 } }, ["weather/events/rain"]],
    ["a subject", "events/storm.json", { subjects: { new: "weather.warnings.big" } }, ["weather/events/storm"]],
    ["an alias", "commands/mast/turn.json", { aliases: ["spin"] }, ["weather/mast/turn"]],
    [
      "where the result stands",
      "commands/cellar/fetch.json",
      { resultTemplate: { all: "{result}" } },
      ["weather/cellar/fetch"],
    ],
  ])("of the message and of the protocol change with %s", async (_, file, fields, refs) => {
    const catalog = await changed(
      file,
      setting((document) => ({ ...document, ...fields })),
    );
    expect(await differing(catalog)).toEqual(["protocol", ...refs]);
  });

  it("of all messages in an envelope change with the envelope", async () => {
    const catalog = await changed("protocol.json", (text) =>
      text.replace('"data": "{payload}"', '"body": "{payload}"'),
    );
    expect(await differing(catalog)).toEqual(["protocol", "weather/events/rain", "weather/events/storm"]);
  });

  it("of the protocol alone changes with how a name becomes a token", async () => {
    const catalog = await changed("protocol.json", (text) => text.replace('"length": 12', '"length": 13'));
    expect(await differing(catalog)).toEqual(["protocol"]);
  });

  it("of a message changes with a type that it refers to, however far away", async () => {
    const folder = join(await scratchFolder(), "schema");
    await cp("test/cases/shared-reference-across-files/schema", folder, { recursive: true });
    const before = await catalogOf(folder);
    const file = join(folder, "common/people.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"best"', '"worst"'));
    const after = await catalogOf(folder);
    for (const ref of ["library/events/lent", "library/events/returned", "library/state/stock", "library/desk/find"]) {
      expect(message(after, ref).hash, ref).not.toBe(message(before, ref).hash);
    }
  });
});
