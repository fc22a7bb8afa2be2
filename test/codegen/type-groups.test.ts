import fc from "fast-check";
import { expect, test } from "vitest";
import { referencesOf } from "../../codegen/catalog/shape-parts.js";
import { groupTypes } from "../../codegen/catalog/type-groups.js";
import type { NamedType } from "../../codegen/model.js";
import type { Shape } from "../../runtime/value/shape.js";
import { arbitraryTypes } from "../support/arbitrary-types.js";
import { namedType } from "../support/catalog.js";

/** A type that refers to others. */
function referring(name: string, ...names: readonly string[]): NamedType {
  const members = names.map((to): Shape => ({ kind: "reference", name: to, target: () => ({ kind: "null" }) }));
  return namedType(name, { kind: "union", members });
}

/** The names in each group; a `*` marks the recursive ones. */
function namesOf(types: readonly NamedType[]): readonly string[] {
  return groupTypes(types).map(
    (group) => group.types.map(({ name }) => name).join(" ") + (group.recursive ? " *" : ""),
  );
}

test("a type stands after those it refers to", () => {
  expect(namesOf([referring("A", "B", "C"), referring("B", "C"), referring("C")])).toEqual(["C", "B", "A"]);
});

test("types that do not refer to one another keep their order", () => {
  expect(namesOf([referring("B"), referring("A"), referring("C")])).toEqual(["B", "A", "C"]);
});

test("a type that refers to itself is recursive, one that refers to it is not", () => {
  expect(namesOf([referring("Tree", "Tree"), referring("Garden", "Tree")])).toEqual(["Tree *", "Garden"]);
});

test("types that lead back to one another are one group", () => {
  const types = [
    referring("A", "B"),
    referring("B", "C", "Z"),
    referring("C", "A"),
    referring("Z"),
    referring("D", "A"),
  ];
  expect(namesOf(types)).toEqual(["Z", "A B C *", "D"]);
});

test("for types at random, every reference leads into the same group or an earlier one", () => {
  fc.assert(
    fc.property(arbitraryTypes, (types) => {
      const declared = new Set<string>();
      for (const group of groupTypes(types)) {
        for (const { name } of group.types) declared.add(name);
        for (const { shape } of group.types)
          expect([...referencesOf(shape)].filter((name) => !declared.has(name))).toEqual([]);
      }
      expect([...declared].sort()).toEqual(types.map(({ name }) => name).sort());
    }),
  );
});
