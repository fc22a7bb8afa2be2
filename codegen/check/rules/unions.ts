/** Rules on telling the members of `oneOf` apart. */
import { resolve } from "../../../runtime/value/expectation.js";
import type { Json, Shape } from "../../../runtime/value/shape.js";
import { violations } from "../../../runtime/value/violation.js";
import { join } from "../../json/pointer.js";
import type { Rule } from "./rule.js";

/** indistinct_members */
export const indistinctMembers: Rule = {
  code: "indistinct_members",
  *check({ places, shapes }) {
    for (const { source, pointer, schema } of places) {
      if (!schema.oneOf || schema.discriminator) continue;
      const members = schema.oneOf.map((member) => alternatives(shapes.read(member, source)));
      for (const [index, member] of members.entries()) {
        const twin = members.slice(0, index).findIndex((other) => !areDistinct(member, other));
        if (twin === -1) continue;
        const message = `members ${twin + 1} and ${index + 1} cannot be told apart`;
        const hint = "let them differ in JSON type, or in the constant of a required field";
        yield { source, pointer: join(pointer, "oneOf", index), message, hint };
      }
    }
  },
};

/** broken_discriminator */
export const brokenDiscriminator: Rule = {
  code: "broken_discriminator",
  *check({ places, shapes }) {
    for (const { source, pointer, schema } of places) {
      if (!schema.oneOf || !schema.discriminator) continue;
      const name = schema.discriminator.propertyName;
      const taken = new Map<Json, number>();
      for (const [index, member] of schema.oneOf.entries()) {
        const where = { source, pointer: join(pointer, "oneOf", index) };
        const values = constantsOf(fieldOf(resolve(shapes.read(member, source)), name));
        if (!values) {
          const message = `member ${index + 1} does not require "${name}" with a constant`;
          yield { ...where, message, hint: `list "${name}" in "required", and give it a "const"` };
        }
        for (const value of values ?? []) {
          const other = taken.get(value);
          if (other !== undefined) {
            yield {
              ...where,
              message: `members ${other + 1} and ${index + 1} both fix "${name}" to ${JSON.stringify(value)}`,
            };
          }
          taken.set(value, index);
        }
      }
    }
  },
};

/** The shapes a value may have, with unions taken apart. */
function alternatives(shape: Shape): readonly Shape[] {
  const resolved = resolve(shape);
  return resolved.kind === "union" ? resolved.members.flatMap(alternatives) : [resolved];
}

/** The values of a closed set of constants. */
function constantsOf(shape: Shape | undefined): readonly Json[] | undefined {
  const resolved = shape && resolve(shape);
  if (resolved?.kind === "literal") return [resolved.value];
  return resolved?.kind === "enum" && !resolved.open ? resolved.values : undefined;
}

/** The shape of a required field. */
function fieldOf(shape: Shape, name: string): Shape | undefined {
  if (shape.kind !== "object") return undefined;
  return shape.properties.find((property) => property.name === name && property.required)?.shape;
}

function areDistinct(left: readonly Shape[], right: readonly Shape[]): boolean {
  return left.every((one) => right.every((other) => areDistinctShapes(one, other)));
}

function areDistinctShapes(left: Shape, right: Shape): boolean {
  if (left.kind === "any" || right.kind === "any") return false;
  const constants = constantsOf(left) ?? constantsOf(right);
  if (constants) {
    const other = constantsOf(left) ? right : left;
    return constants.every((value) => violations(other, value, "tolerate").length > 0);
  }
  if (left.kind !== "object" || right.kind !== "object") return typeOf(left) !== typeOf(right);
  return left.properties.some(({ name }) => {
    const [one, other] = [constantsOf(fieldOf(left, name)), constantsOf(fieldOf(right, name))];
    return one !== undefined && other !== undefined && !one.some((value) => other.includes(value));
  });
}

/** The JSON type of a shape that is no constant; an open enumeration is a string. */
function typeOf(shape: Shape): string {
  return shape.kind === "enum" ? "string" : shape.kind;
}
