/** The rule on samples. */
import { sampleValue } from "../../../runtime/value/sample-value.js";
import type { Shape } from "../../../runtime/value/shape.js";
import { violations } from "../../../runtime/value/violation.js";
import type { Rule } from "./rule.js";

/** no_sample */
export const noSample: Rule = {
  code: "no_sample",
  *check({ places, shapes }) {
    for (const { source, pointer, schema } of places) {
      if (textsIn(shapes.read(schema, source)).every(canBeMade)) continue;
      const message = "no text can be made that the pattern, format and lengths let through";
      yield { source, pointer, message, hint: 'give one in "examples"' };
    }
  },
};

/** Of everything but text, a value can always be made. Texts inside other schemas are found there. */
function textsIn(shape: Shape): readonly Shape[] {
  if (shape.examples !== undefined) return [];
  return (shape.kind === "union" ? shape.members : [shape]).filter(({ kind }) => kind === "string");
}

function canBeMade(shape: Shape): boolean {
  try {
    return violations(shape, sampleValue(shape), "refuse").length === 0;
  } catch {
    return false;
  }
}
