import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesFormat } from "../../runtime/value/format.js";
import type { ObjectShape, Property, Rest, Shape, UnionShape } from "../../runtime/value/shape.js";
import { codePoints, field, isRecord, maximumDepth } from "../../runtime/value/validate.js";
import { violations } from "../../runtime/value/violation.js";
import { shapes, values } from "../support/shapes.js";

const text: Shape = { kind: "string" };
const whole: Shape = { kind: "number", integer: true };
const literal = (value: string | number | boolean): Shape => ({ kind: "literal", value });
const need = (name: string, shape: Shape): Property => ({ name, required: true, shape });
const may = (name: string, shape: Shape): Property => ({ name, required: false, shape });
const object = (properties: Property[], rest: Rest = { kind: "unknown" }): ObjectShape => ({
  kind: "object",
  properties,
  rest,
});
const named = (name: string, target: Shape): Shape => ({ kind: "reference", name, target: () => target });

const user = object([need("name", { kind: "string", minLength: 1 }), may("rank", { kind: "number", integer: false })]);
const counter = object([need("value", whole)]);
const comment: Shape = object([
  may("replies", { kind: "array", items: { kind: "reference", name: "Comment", target: () => comment } }),
]);
const media: UnionShape = {
  kind: "union",
  discriminator: "type",
  members: [
    named("Clip", object([need("type", literal("clip")), need("seconds", whole)])),
    named(
      "Stream",
      object([need("type", { kind: "enum", values: ["live", "radio"], open: false }), need("url", text)]),
    ),
  ],
};

describe("one thing is wrong", () => {
  it.each<[Shape, unknown, string]>([
    [text, 5, "must be a string, not 5"],
    [text, null, "must be a string, not null"],
    [text, ["a"], "must be a string, not an array"],
    [{ kind: "null" }, {}, "must be null, not an object"],
    [{ kind: "boolean" }, "true", 'must be true or false, not "true"'],
    [whole, "5", 'must be a whole number, not "5"'],
    [whole, 1.5, "must be a whole number, not 1.5"],
    [whole, 2 ** 53, "must be within +/-(2^53 - 1), not 9007199254740992"],
    [{ kind: "number", integer: false }, Number.NaN, "must be a finite number, not NaN"],
    [{ kind: "number", integer: false, minimum: 0 }, -1, "must be at least 0, not -1"],
    [{ kind: "number", integer: false, maximum: 10 }, 10.5, "must be at most 10, not 10.5"],
    [{ kind: "number", integer: false, exclusiveMinimum: 0 }, 0, "must be more than 0, not 0"],
    [{ kind: "number", integer: false, exclusiveMaximum: 1 }, 1, "must be less than 1, not 1"],
    [{ kind: "string", minLength: 1 }, "", "must have at least 1 character, not 0"],
    [{ kind: "string", maxLength: 2 }, "\u{1F600}\u{1F600}\u{1F600}", "must have at most 2 characters, not 3"],
    [{ kind: "string", pattern: "^[0-9]+$" }, "12a", 'must match ^[0-9]+$, not "12a"'],
    [{ kind: "string", format: "date" }, "2026-02-30", 'must be a date such as 2026-01-31, not "2026-02-30"'],
    [literal("on"), "off", 'must be "on", not "off"'],
    [literal(true), 1, "must be true, not 1"],
    [
      { kind: "enum", values: ["first", "last", 1], open: false },
      "frist",
      'must be "first", "last" or 1, not "frist"; did you mean "first"?',
    ],
    [{ kind: "enum", values: ["first"], open: true }, 5, "must be a string, not 5"],
    [{ kind: "array", items: text, minItems: 1 }, [], "must have at least 1 item, not 0"],
    [{ kind: "array", items: text, maxItems: 1 }, ["a", "b"], "must have at most 1 item, not 2"],
    [{ kind: "array", items: text }, { length: 0 }, "must be an array, not an object"],
    [user, [], "must be an object, not an empty array"],
    [named("User", user), "bob", 'must be an object, not "bob"'],
    [{ kind: "union", members: [text, { kind: "null" }] }, 5, "must be a string or null, not 5"],
  ])("%#: %j, %j: %s", (shape, value, message) => {
    expect(violations(shape, value, "tolerate")).toEqual([{ pointer: "", message }]);
  });

  it("a long text is cut, an unprintable one escaped", () => {
    const cut = `must be a whole number, not "${"x".repeat(60)}"...`;
    expect(violations(whole, "x".repeat(500), "tolerate")).toEqual([{ pointer: "", message: cut }]);
    expect(violations(whole, "a\n\u0000", "tolerate")[0]?.message).toBe('must be a whole number, not "a\\n\\u0000"');
  });

  it("a long list of values is counted instead of told", () => {
    const values = Array.from({ length: 20 }, (_, index) => `value${index}`);
    expect(violations({ kind: "enum", values, open: false }, "valu3", "tolerate")).toEqual([
      { pointer: "", message: 'must be one of 20 values, not "valu3"; did you mean "value3"?' },
    ]);
  });
});

describe("fields", () => {
  it("that are missing and fields that are wrong are told together, in the schema's order", () => {
    expect(
      violations(object([need("a", text), need("b", whole), may("c", text)]), { c: 1, b: "x" }, "tolerate"),
    ).toEqual([
      { pointer: "/a", message: "is missing" },
      { pointer: "/b", message: 'must be a whole number, not "x"' },
      { pointer: "/c", message: "must be a string, not 1" },
    ]);
  });

  it("whose value is undefined are absent", () => {
    expect(violations(user, { name: "a", rank: undefined, other: undefined }, "refuse")).toEqual([]);
    expect(violations(user, { name: undefined }, "refuse")).toEqual([{ pointer: "/name", message: "is missing" }]);
  });

  it("that the schema does not know are let through when reading, and refused when writing", () => {
    expect(violations(user, { name: "a", rnak: 1, zzz: 2 }, "tolerate")).toEqual([]);
    expect(violations(user, { name: "a", rnak: 1, zzz: 2 }, "refuse")).toEqual([
      { pointer: "/rnak", message: 'is not a known field; did you mean "rank"?' },
      { pointer: "/zzz", message: "is not a known field" },
    ]);
  });

  it("are refused from anybody, free, or values of a map, when the schema says so", () => {
    const closed = [{ pointer: "/b", message: "is not a known field" }];
    expect(violations(object([may("a", text)], { kind: "refused" }), { b: 1 }, "tolerate")).toEqual(closed);
    expect(violations(object([may("a", text)], { kind: "free" }), { b: 1 }, "refuse")).toEqual([]);
    expect(
      violations(object([may("a", whole)], { kind: "values", shape: text }), { a: 1, b: 1, c: "x" }, "refuse"),
    ).toEqual([{ pointer: "/b", message: "must be a string, not 1" }]);
  });

  it("deep inside are told by a JSON pointer", () => {
    const shape = object([need("a/b", { kind: "array", items: object([need("~", whole)]) })]);
    expect(violations(shape, { "a/b": [{ "~": 1 }, { "~": "x" }] }, "tolerate")).toMatchObject([
      { pointer: "/a~1b/1/~0" },
    ]);
  });

  it("are the object's own where every object inherits something", () => {
    const shape = object([need("constructor", text), may("toString", text), may("__proto__", text)]);
    expect(violations(shape, {}, "refuse")).toEqual([{ pointer: "/constructor", message: "is missing" }]);
    expect(violations(shape, JSON.parse('{"constructor":"a","__proto__":5}'), "refuse")).toEqual([
      { pointer: "/__proto__", message: "must be a string, not 5" },
    ]);
    expect(violations(user, JSON.parse('{"name":"a","__proto__":{}}'), "refuse")).toMatchObject([
      { pointer: "/__proto__" },
    ]);
  });
});

describe("a union", () => {
  it("tells what is wrong with the member that the discriminator picks", () => {
    expect(violations(media, { type: "clip", seconds: "5" }, "tolerate")).toEqual([
      { pointer: "/seconds", message: 'must be a whole number, not "5"' },
    ]);
    expect(violations(media, { type: "radio" }, "tolerate")).toEqual([{ pointer: "/url", message: "is missing" }]);
  });

  it("tells the values of the discriminator when it picks none", () => {
    expect(violations(media, { type: "clop" }, "tolerate")).toEqual([
      { pointer: "/type", message: 'must be "clip", "live" or "radio", not "clop"; did you mean "clip"?' },
    ]);
    expect(violations(media, {}, "tolerate")).toEqual([{ pointer: "/type", message: "is missing" }]);
  });

  it("tells what is wrong with the only member of the value's type", () => {
    const shape: Shape = {
      kind: "union",
      members: [{ kind: "number", integer: true, minimum: 0 }, user, { kind: "null" }],
    };
    expect(violations(shape, -1, "tolerate")).toEqual([{ pointer: "", message: "must be at least 0, not -1" }]);
    expect(violations(shape, { name: "" }, "tolerate")).toMatchObject([{ pointer: "/name" }]);
  });

  it("tells what is wrong with the only member whose constants the value has", () => {
    const draft = object([may("state", literal("draft")), need("size", whole)]);
    const final = object([need("state", literal("final")), need("url", text)]);
    const shape: Shape = { kind: "union", members: [draft, final] };
    expect(violations(shape, { state: "final", url: 5 }, "tolerate")).toEqual([
      { pointer: "/url", message: "must be a string, not 5" },
    ]);
    expect(violations(shape, { size: "5" }, "tolerate")).toEqual([
      { pointer: "/size", message: 'must be a whole number, not "5"' },
    ]);
  });

  it("says one sentence when several members could have been meant", () => {
    const shape: Shape = { kind: "union", members: [named("User", user), named("Counter", counter)] };
    expect(violations(shape, { other: 1 }, "tolerate")).toEqual([
      { pointer: "", message: "must be User or Counter, and is none of them" },
    ]);
    expect(violations(shape, { value: 1 }, "tolerate")).toEqual([]);
  });
});

describe("there is an end to it", () => {
  it("after twenty violations", () => {
    expect(violations({ kind: "array", items: text }, new Array(1e6).fill(5), "tolerate")).toHaveLength(20);
  });

  it("at the depth that nothing that travels has", () => {
    const deep = (levels: number): unknown => (levels === 0 ? {} : { replies: [deep(levels - 1)] });
    expect(violations(comment, deep(maximumDepth / 2 - 1), "refuse")).toEqual([]);
    expect(violations(comment, deep(5000), "refuse")).toEqual([
      { pointer: "/replies/0".repeat(50), message: "is nested deeper than 100 levels" },
    ]);
  });

  it("in a value that contains itself", () => {
    const cycle: { replies: unknown[] } = { replies: [] };
    cycle.replies.push(cycle);
    expect(violations(comment, cycle, "refuse")).toMatchObject([{ message: "is nested deeper than 100 levels" }]);
  });
});

/** The verdict, as plainly as it can be said: no picking of union members, no order, no messages. */
function accepts(shape: Shape, value: unknown, refuse: boolean): boolean {
  switch (shape.kind) {
    case "any":
      return true;
    case "null":
      return value === null;
    case "boolean":
      return typeof value === "boolean";
    case "literal":
      return value === shape.value;
    case "enum":
      return (shape.values as unknown[]).includes(value) || (shape.open && typeof value === "string");
    case "number": {
      const {
        minimum = -Infinity,
        maximum = Infinity,
        exclusiveMinimum = -Infinity,
        exclusiveMaximum = Infinity,
      } = shape;
      if (typeof value !== "number" || !(shape.integer ? Number.isSafeInteger(value) : Number.isFinite(value)))
        return false;
      return value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;
    }
    case "string": {
      const { minLength = 0, maxLength = Infinity, pattern = "", format } = shape;
      if (typeof value !== "string" || !new RegExp(pattern, "u").test(value)) return false;
      if (format !== undefined && !matchesFormat(format, value)) return false;
      return codePoints(value) >= minLength && codePoints(value) <= maxLength;
    }
    case "array": {
      const { minItems = 0, maxItems = Infinity } = shape;
      if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) return false;
      return value.every((item) => accepts(shape.items, item, refuse));
    }
    case "object": {
      if (!isRecord(value)) return false;
      const names = shape.properties.map(({ name }) => name);
      const rest = Object.keys(value).filter((name) => !names.includes(name) && value[name] !== undefined);
      const listed = shape.properties.every(({ name, required, shape }) => {
        const inner = field(value, name);
        return inner === undefined ? !required : accepts(shape, inner, refuse);
      });
      if (!listed || shape.rest.kind === "free") return listed;
      const { rest: free } = shape;
      if (free.kind === "values") return rest.every((name) => accepts(free.shape, value[name], refuse));
      return rest.length === 0 || (free.kind === "unknown" && !refuse);
    }
    case "union":
      return shape.members.some((member) => accepts(member, value, refuse));
    case "reference":
      return accepts(shape.target(), value, refuse);
  }
}

it("there are violations when, and only when, the value is not acceptable", () => {
  fc.assert(
    fc.property(shapes, values, fc.constantFrom("tolerate" as const, "refuse" as const), (shape, value, fields) => {
      const found = violations(shape, value, fields);
      expect(found.length === 0, JSON.stringify(found)).toBe(accepts(shape, value, fields === "refuse"));
    }),
    { numRuns: 5000 },
  );
});
