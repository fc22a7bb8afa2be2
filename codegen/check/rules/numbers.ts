/** Rules on the numbers in a schema. */
import { join } from "../../json/pointer.js";
import type { Schema } from "../../load/schema.js";
import type { Rule } from "./rule.js";

type Bound = "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum";
type Count = "minLength" | "maxLength" | "minItems" | "maxItems";

interface Range {
  readonly low: Bound | Count;
  readonly high: Bound | Count;
  /** Whether a range from a number to the same number holds that number. */
  readonly closed: boolean;
}

const ranges: readonly Range[] = [
  { low: "minimum", high: "maximum", closed: true },
  { low: "minimum", high: "exclusiveMaximum", closed: false },
  { low: "exclusiveMinimum", high: "maximum", closed: false },
  { low: "exclusiveMinimum", high: "exclusiveMaximum", closed: false },
  { low: "minLength", high: "maxLength", closed: true },
  { low: "minItems", high: "maxItems", closed: true },
];

/** empty_range */
export const emptyRange: Rule = {
  code: "empty_range",
  *check({ places }) {
    for (const { source, pointer, schema } of places) {
      for (const { low, high, closed } of ranges) {
        const [from, to] = [schema[low], schema[high]];
        if (from === undefined || to === undefined || from < to || (closed && from === to)) continue;
        const message = `nothing lies between "${low}": ${from} and "${high}": ${to}`;
        yield { source, pointer: join(pointer, low), message };
      }
    }
  },
};

const bounds: readonly (Bound | Count)[] = [...new Set(ranges.flatMap(({ low, high }) => [low, high]))];

/** unsafe_number */
export const unsafeNumber: Rule = {
  code: "unsafe_number",
  *check({ places }) {
    for (const { source, pointer, schema } of places) {
      for (const [keyword, number] of numbersOf(schema)) {
        if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) continue;
        const message = `${number} is beyond what every language holds exactly`;
        yield { source, pointer: join(pointer, ...keyword), message, hint: "carry it as a string" };
      }
    }
  },
};

function numbersOf(schema: Schema): readonly (readonly [path: readonly (string | number)[], number: number])[] {
  const candidates: readonly (readonly [readonly (string | number)[], unknown])[] = [
    ...bounds.map((bound) => [[bound], schema[bound]] as const),
    [["const"], schema.const],
    ...(schema.enum ?? []).map((value, index) => [["enum", index], value] as const),
  ];
  return candidates.flatMap(([path, value]) => (typeof value === "number" ? [[path, value] as const] : []));
}
