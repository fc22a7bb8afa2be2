import { transformSync } from "esbuild";
import fc from "fast-check";
import { expect, it } from "vitest";
import { companionNames } from "../../codegen/naming.js";
import { compileCheck } from "../../codegen/typescript/check.js";
import { functionReturning, print } from "../../codegen/typescript/code.js";
import * as primitives from "../../runtime/internal.js";
import type { Check, Shape } from "../../runtime/shape.js";
import { violations } from "../../runtime/violation.js";
import { shapes, values } from "../support/shapes.js";

it("a compiled check accepts a value when, and only when, nothing is wrong with it", () => {
  const fields = fc.constantFrom("tolerate" as const, "refuse" as const);
  fc.assert(
    fc.property(shapes, fc.array(fc.tuple(values, fields), { minLength: 5, maxLength: 10 }), (shape, cases) => {
      const check = compile(shape);
      for (const [value, fields] of cases) {
        const found = violations(shape, value, fields);
        expect(check(value, fields), JSON.stringify({ value, found })).toBe(found.length === 0);
      }
    }),
    { numRuns: 1500 },
  );
});

/** The check of a shape, as the generator emits it, ready to be called. */
function compile(shape: Shape): Check<unknown> {
  const types = new Map([["Thing", shape], ...referencesIn(shape)]);
  const source = [...types].map(([name, type]) => checkSource(name, type)).join("\n");
  const { code } = transformSync(source, { loader: "ts" });
  const names = Object.keys(primitives);
  return new Function(...names, `${code}; return ${companionNames.check("Thing")}`)(...Object.values(primitives));
}

function checkSource(name: string, shape: Shape): string {
  const { condition, declarations } = compileCheck(name, shape, new Set());
  const parameters = ["value: unknown", "fields: UnknownFields"];
  const check = functionReturning({ name: companionNames.check(name), parameters, returns: "boolean" }, condition);
  return [...declarations, check].map(print).join("\n");
}

/** The named shapes within a shape. */
function referencesIn(shape: Shape): (readonly [string, Shape])[] {
  switch (shape.kind) {
    case "reference":
      return [[shape.name, shape.target()], ...referencesIn(shape.target())];
    case "array":
      return referencesIn(shape.items);
    case "union":
      return shape.members.flatMap(referencesIn);
    case "object": {
      const rest = shape.rest.kind === "values" ? referencesIn(shape.rest.shape) : [];
      return [...rest, ...shape.properties.flatMap((property) => referencesIn(property.shape))];
    }
    default:
      return [];
  }
}
