import fc from "fast-check";
import { expect, it } from "vitest";
import { bundle } from "../../codegen/emit/json-schema.js";
import type { Edge } from "../../codegen/vectors/edge.js";
import { edgesOf } from "../../codegen/vectors/edges.js";
import { sampleValue } from "../../runtime/value/sample-value.js";
import type { Json, Shape } from "../../runtime/value/shape.js";
import { violations } from "../../runtime/value/violation.js";
import { ajvCheck } from "../support/ajv-check.js";
import { distinctShapes } from "../support/distinct-shapes.js";

/** What a reader and a writer must say. */
const verdicts: Readonly<Record<Edge["verdict"], readonly [reader: boolean, writer: boolean]>> = {
  valid: [true, true],
  invalid: [false, false],
  "unknown field": [true, false],
};

function verdictsOf(shape: Shape, value: Json): readonly [boolean, boolean] {
  return [violations(shape, value, "tolerate").length === 0, violations(shape, value, "refuse").length === 0];
}

function schemaOf(shape: Shape): object {
  const type = { name: "Thing", shape, origin: { file: "made-up.json", pointer: "" } };
  return bundle({ ref: "made-up/events/thing", type, description: "A thing.", examples: [] });
}

it("every edge of any shape has the verdict that it states", () => {
  fc.assert(
    fc.property(distinctShapes, (shape) => {
      const edges = edgesOf(shape);
      expect(edges.map(({ value }) => verdictsOf(shape, value))).toEqual(edges.map(({ verdict }) => verdicts[verdict]));
    }),
    { numRuns: 300 },
  );
});

it("the place of what is wrong is the place that the edge names", () => {
  fc.assert(
    fc.property(distinctShapes, (shape) => {
      for (const { verdict, pointer, value } of edgesOf(shape)) {
        if (verdict === "valid") continue;
        expect(violations(shape, value, "refuse").map((violation) => violation.pointer)).toContain(pointer);
      }
    }),
    { numRuns: 100 },
  );
});

it("an independent validator says the same of every edge, as a reader", () => {
  fc.assert(
    // Of a field called __proto__, ajv knows nothing.
    fc.property(
      distinctShapes.filter((shape) => !JSON.stringify(shape).includes("__proto__")),
      (shape) => {
        const edges = edgesOf(shape);
        const accepts = ajvCheck(schemaOf(shape));
        expect(edges.map(({ value }) => accepts(value))).toEqual(edges.map(({ verdict }) => verdicts[verdict][0]));
      },
    ),
    { numRuns: 100 },
  );
});

it("the sample of any shape is accepted, by readers and writers", () => {
  fc.assert(
    fc.property(distinctShapes, (shape) => {
      expect(violations(shape, sampleValue(shape), "refuse")).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it("a shape that only ends in an example asks for one", () => {
  const endless: Shape = {
    kind: "reference",
    name: "Endless",
    target: () => ({
      kind: "object",
      properties: [{ name: "next", required: true, shape: endless }],
      rest: { kind: "unknown" },
    }),
  };
  expect(() => sampleValue(endless)).toThrow("no value can be made for Endless: give an example");
});
