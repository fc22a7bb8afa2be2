import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { companionNames } from "../../codegen/catalog/naming.js";
import type { Resolved } from "../../runtime/value/expectation.js";
import type { Shape } from "../../runtime/value/shape.js";
import { protocols } from "../support/vectors.js";
import { compare, defects } from "./compare.js";
import { isNullForOptional, objectsIn, type Place, placesIn } from "./places.js";
import { Random } from "./random.js";
import { changed, type Subject, subjectsOf, valuesOf } from "./values.js";

// Other values each time; the seed is in the test's name, so that they can be had again.
const seed = Date.now() % 2 ** 31;
const slice = 10_000;

function texts(count: number, seed: number): readonly string[] {
  const subjects = protocols.flatMap(subjectsOf);
  return subjects.flatMap((subject) =>
    [...valuesOf(subject, { seed, first: 0, count })].map((data) => Buffer.from(data).toString("utf8")),
  );
}

describe("both languages and a validator of JSON Schemas in each", () => {
  it(`come to the same verdicts, with seed ${seed}`, async () => {
    const { values, accepted, disagreements } = await compare({ values: slice, seed });
    expect(Object.fromEntries(disagreements)).toEqual({});
    expect(values).toBe(slice);
    expect(Math.min(accepted.byReaders, accepted.byWriters, values - accepted.byReaders)).toBeGreaterThan(slice / 10);
    expect(accepted.byWriters).toBeLessThan(accepted.byReaders);
  }, 60_000);

  it.each(defects)(
    "do not when the %s has a defect",
    async (defect) => {
      const { disagreementCount } = await compare({ values: slice / 2, seed, defect });
      expect(disagreementCount).toBeGreaterThan(0);
    },
    60_000,
  );
});

describe("make agreement", () => {
  const run = (...args: readonly string[]) => {
    const command = ["--import", "tsx", "test/agreement/main.ts", "--values", "1000", "--seed", "1", ...args];
    const { status, stdout } = spawnSync(process.execPath, command, { encoding: "utf8" });
    return { status, lines: stdout.trimEnd().split("\n") };
  };

  it("ends with the totals, and well", () => {
    const { status, lines } = run();
    expect(lines.at(-1)).toMatch(/^agreement: 1000 values, [0-9]+ messages, 0 disagreements$/);
    expect(status).toBe(0);
  });

  it("fails when one judge has a defect, and shows values", () => {
    const { status, lines } = run("--defect", "model");
    expect(lines.at(-1)).toMatch(/^agreement: 1000 values, [0-9]+ messages, [1-9][0-9]* disagreements$/);
    expect(lines.some((line) => /^ {2}TypeScript: refused by all; Python: accepted by /.test(line))).toBe(true);
    expect(status).toBe(1);
  });

  it("judges every message, with the same values for the same seed", () => {
    const [first, again, others] = [texts(3, seed), texts(3, seed), texts(3, seed + 1)];
    expect(first).toEqual(again);
    expect(new Set(first).size).toBeGreaterThan(first.length / 2);
    expect(others).not.toEqual(first);
  });
});

/** What the scalars of a value must be like, given what the schema says of their places. */
const places: Readonly<Record<string, (place: Place) => boolean>> = {
  '"1" for 1': ({ shape, text }) => shape.kind === "number" && /^"-?[0-9]+"$/.test(text),
  "true for 1": ({ shape, text }) => shape.kind === "number" && text === "true",
  "1.0 for an integer": ({ shape, text }) => isInteger(shape) && /^-?[0-9]+\.0$/.test(text),
  "1e2 for an integer": ({ shape, text }) => isInteger(shape) && /^[0-9]+[eE]\+?[1-9]$/.test(text),
  "an integer beyond 2^53": ({ shape, text }) => isInteger(shape) && text === "9007199254740993",
  NaN: ({ shape, text }) => shape.kind === "number" && text === "NaN",
  Infinity: ({ shape, text }) => shape.kind === "number" && text === "Infinity",
  "a number that is infinite once it is read": ({ shape, text }) => shape.kind === "number" && text === "1e400",
  "null for what is optional": isNullForOptional,
  "a date-time without offset": ({ shape, text }) => isText(shape, "date-time") && /^"[-0-9]+T[:.0-9]+"$/.test(text),
  "a leap second": ({ shape, text }) => isText(shape, "date-time") && /T23:59:60Z"$/.test(text),
  "a UUID without dashes": ({ text }) => /^"[0-9a-fA-F]{32}"$/.test(text),
  "as many astral characters as a text may have": (place) => /\u{1f600}/u.test(place.text) && excessOf(place) === 0,
  "one astral character more": (place) => /\u{1f600}/u.test(place.text) && excessOf(place) === 1,
  "combining marks that make a text too long": (place) =>
    /\u0301/.test(place.text) && excessOf(place) > 0 && excessOf(place, "NFC") <= 0,
  "half a surrogate pair": ({ shape, text }) => shape.kind === "string" && /\\ud800(?!\\ud[c-f])/.test(text),
};

function isInteger(shape: Resolved): boolean {
  return shape.kind === "number" && shape.integer;
}

function isText(shape: Resolved, format: string): boolean {
  return shape.kind === "string" && shape.format === format;
}

/** By how many code points a text is too long, when its marks stay apart or are combined. */
function excessOf({ shape, text }: Place, form: "NFD" | "NFC" = "NFD"): number {
  if (shape.kind !== "string" || shape.maxLength === undefined || !text.startsWith('"')) return Number.NaN;
  return [...(JSON.parse(text) as string).normalize(form)].length - shape.maxLength;
}

/** The shape of each subject's payload. */
async function shapesOf(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, Shape>> {
  const pairs = subjects.map(async (subject) => {
    const module: Readonly<Record<string, Shape>> = await import(`../../generated/${subject.protocol}/shapes.ts`);
    return [subject, module[companionNames.shape(subject.type)] as Shape] as const;
  });
  return new Map(await Promise.all(pairs));
}

/** What the objects of a value must be like. */
const objects: Readonly<Record<string, (names: readonly string[]) => boolean>> = {
  "a field that the schema does not have": (names) => names.includes("notInTheSchema"),
  "a field that comes twice": (names) => new Set(names).size < names.length,
  __proto__: (names) => names.includes("__proto__"),
  "half a surrogate pair in a name": (names) =>
    names.some((name) => /[\ud800-\udfff]/.test(name) && !/\p{So}/u.test(name)),
};

/** What a text must be like that something happened to after it was written. */
const corruptions: Readonly<Record<string, RegExp>> = {
  "a byte order mark": /^\ufeff/,
  "bytes that are not UTF-8": /\ufffd/,
  "a hundred levels": /\[{100}/,
  "a text that is cut off": /[^\]}"0-9a-z\s]$/,
};

describe("the values have among them", async () => {
  // The same each time: what is looked for is there, or it is not.
  const seed = 1;
  const subjects = protocols.flatMap(subjectsOf);
  const shapes = await shapesOf(subjects);
  const samples = subjects.flatMap((subject) =>
    Array.from({ length: 400 }, (_, number) => ({ subject, tree: changed(subject, new Random(seed, number)) })),
  );

  it.each(Object.entries(places))("%s", (_, isOne) => {
    const found = samples.some(({ subject, tree }) =>
      placesIn(shapes.get(subject) ?? { kind: "any" }, tree).some(isOne),
    );
    expect(found).toBe(true);
  });

  it.each(Object.entries(objects))("%s", (_, isOne) => {
    const named = samples.flatMap(({ tree }) =>
      objectsIn(tree).map(({ fields }) => fields.map(({ name }) => JSON.parse(name) as string)),
    );
    expect(named.some(isOne)).toBe(true);
  });

  it.each(Object.entries(corruptions))("%s", (_, kind) => {
    expect(texts(100, seed).some((text) => kind.test(text))).toBe(true);
  });
});
