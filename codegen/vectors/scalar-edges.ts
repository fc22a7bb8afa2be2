/** The edges of what is neither an array nor an object: types, bounds, lengths, patterns, formats, fixed values. */
import { isFormat } from "../../runtime/value/format.js";
import { textMatching } from "../../runtime/value/pattern-text.js";
import { sampleValue } from "../../runtime/value/sample-value.js";
import type { EnumShape, Json, LiteralShape, NumberShape, StringShape } from "../../runtime/value/shape.js";
import { codePoints } from "../../runtime/value/validate.js";
import { type Edge, invalid, typeOf, valid, wrongTypes } from "./edge.js";
import { formatEdges } from "./format-edges.js";

/** Longer texts are not worth their space in a file of vectors. */
const longestText = 1000;
/** One code point, two UTF-16 units, four bytes. */
const astral = "\u{1F600}";
/** What a text never is by accident. */
const outsider = "not-in-the-schema";

/** Bounds from both sides, fractions, and the integers that not every language holds. */
export function numberEdges(shape: NumberShape): readonly Edge[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = shape;
  const whole = sampleValue(shape) as number;
  const candidates: [string, number][] = [["the sample", whole]];
  const near = (why: string, bound: number | undefined, outwards: 1 | -1): void => {
    if (bound === undefined) return;
    const step = shape.integer ? outwards : outwards / 2;
    candidates.push([why, bound], [`beyond ${why}`, bound + step], [`within ${why}`, bound - step]);
  };
  near("the minimum", minimum, -1);
  near("the maximum", maximum, 1);
  near("the exclusive minimum", exclusiveMinimum, -1);
  near("the exclusive maximum", exclusiveMaximum, 1);
  candidates.push(["a fraction", Math.floor(whole) + 0.5], ["negative", -1]);
  candidates.push(["2^53 - 1", 2 ** 53 - 1], ["2^53", 2 ** 53], ["-(2^53 - 1)", 1 - 2 ** 53], ["-2^53", -(2 ** 53)]);
  return [
    ...candidates.map(([why, value]) => (accepts(shape, value) ? valid(why, value) : invalid(why, value))),
    ...wrongTypes(shape),
    invalid("a number in quotes", String(whole)),
  ];
}

function accepts(
  { integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberShape,
  value: number,
): boolean {
  return (
    (!integer || Number.isSafeInteger(value)) &&
    !(minimum !== undefined && value < minimum) &&
    !(maximum !== undefined && value > maximum) &&
    !(exclusiveMinimum !== undefined && value <= exclusiveMinimum) &&
    !(exclusiveMaximum !== undefined && value >= exclusiveMaximum)
  );
}

/** Lengths from both sides, in code points; what the pattern and the grammar let through and refuse. */
export function stringEdges(shape: StringShape): readonly Edge[] {
  return [
    valid("the sample", sampleValue(shape)),
    ...lengthEdges(shape),
    ...patternEdges(shape),
    ...grammarEdges(shape),
    ...wrongTypes(shape),
  ];
}

function lengthEdges({ minLength = 0, maxLength, pattern, format }: StringShape): readonly Edge[] {
  const edges: Edge[] = [];
  const free = pattern === undefined && format === undefined;
  if (minLength > 0) edges.push(invalid("one character too short", "a".repeat(minLength - 1)));
  if (minLength > 1) edges.push(invalid("one code point too short", astral.repeat(minLength - 1)));
  if (free && maxLength !== 0) edges.push(valid("astral characters", astral.repeat(Math.max(1, minLength))));
  if (maxLength === undefined || maxLength > longestText) return edges;
  if (free) edges.push(valid("as long as can be", "a".repeat(maxLength)));
  if (free) edges.push(valid("as many code points as can be", astral.repeat(maxLength)));
  edges.push(invalid("one character too long", "a".repeat(maxLength + 1)));
  edges.push(invalid("one code point too long", astral.repeat(maxLength + 1)));
  return edges;
}

function patternEdges(shape: StringShape): readonly Edge[] {
  if (shape.pattern === undefined) return [];
  const expression = new RegExp(shape.pattern, "u");
  const text = sampleValue(shape) as string;
  const refused = ["", `${text}\n`, `${text} `, `${text}\u0000`, ` ${text}`, astral].filter(
    (other) => !expression.test(other),
  );
  const longer = textMatching(shape.pattern, codePoints(text) + 1);
  return [
    ...(longer !== undefined && fits(shape, longer) ? [valid("longer, of the pattern", longer)] : []),
    ...refused.map((other) => invalid("not of the pattern", other)),
  ];
}

function grammarEdges(shape: StringShape): readonly Edge[] {
  if (shape.format === undefined || !isFormat(shape.format)) return [];
  const edges = formatEdges[shape.format];
  return [
    ...edges.invalid.map((text) => invalid(`not of the format ${shape.format}`, text)),
    ...edges.valid.filter((text) => fits(shape, text)).map((text) => valid(`of the format ${shape.format}`, text)),
  ];
}

/** Whether a text that has one of pattern and format is let through by the rest of the shape. */
function fits(
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format }: StringShape,
  text: string,
): boolean {
  const length = codePoints(text);
  if (pattern !== undefined && format !== undefined) return false;
  return length >= minLength && length <= maxLength;
}

/** The one value, and those that a careless comparison takes for it. */
export function literalEdges(shape: LiteralShape): readonly Edge[] {
  return [valid("the only value", shape.value), ...lookalikes(shape.value), ...wrongTypes(shape)];
}

function lookalikes(value: string | number | boolean): readonly Edge[] {
  const others: readonly Json[] =
    typeof value === "string"
      ? [outsider, `${value} `, ""]
      : typeof value === "number"
        ? [value + 1, String(value)]
        : [!value, value ? 1 : 0, String(value)];
  return others.filter((other) => other !== value).map((other) => invalid("another value", other));
}

/** Every value, and one that is none of them: refused by a closed enumeration, let through by an open one. */
export function enumEdges(shape: EnumShape): readonly Edge[] {
  const numbers = shape.values.filter((value) => typeof value === "number");
  const strings = shape.values.some((value) => typeof value === "string");
  const stranger = shape.open ? valid("a value nobody knows yet", outsider) : invalid("not in the list", outsider);
  return [
    ...(strings ? [stranger] : []),
    ...(numbers.length > 0 ? [invalid("not in the list", Math.max(...numbers) + 1)] : []),
    ...wrongTypes(shape),
    ...shape.values.map((value) => valid(`a ${typeOf(value)} of the list`, value)),
  ];
}
