/** Expressions on one line where there is room, and broken from the outside in where there is not, as formatters do it. */
import { remembered } from "../memory.js";
import type { Entry, Expression, Keyword, Union } from "./expression.js";
import { render } from "./render.js";

/** How long a line may be. */
export const lineLength = 120;

/** Where an expression stands. */
export interface Room {
  /** How many columns the line that it begins on is indented. */
  readonly indent: number;
  /** How many columns of that line are for other things. */
  readonly taken: number;
}

const step = 4;

/** The text of an expression that is a statement's, with the indentation of all its lines but the first. */
export function layOut(expression: Expression, room: Room): string {
  return remembered("python layout", JSON.stringify([expression, room]), () => layOutWhole(expression, room));
}

function layOutWhole(expression: Expression, room: Room): string {
  const flat = print(expression);
  if (fits(flat, room) || expression.template !== "union") return layOutPart(expression, room);
  const text = layOutPart(expression, { indent: room.indent + step, taken: 0 });
  return render("parentheses", { text, ...margins(room.indent) });
}

// What is printed to see whether it fits is printed again with its parts.
const printed = new WeakMap<Expression, string>();

/** The text of an expression, on one line. */
export function print(expression: Expression): string {
  const known = printed.get(expression);
  if (known !== undefined) return known;
  const text = printAnew(expression);
  printed.set(expression, text);
  return text;
}

function printAnew(expression: Expression): string {
  if ("value" in expression && typeof expression.value === "object") {
    return render(expression.template, { ...expression, value: print(expression.value) });
  }
  if (!("items" in expression)) return render(expression.template, expression);
  const [first, ...rest] = expression.items.map(print);
  return render(expression.template, { ...expression, first, rest });
}

/** The text of an expression that stands in brackets, or brings its own. */
function layOutPart(expression: Expression, room: Room): string {
  const flat = print(expression);
  if (fits(flat, room)) return flat;
  if (expression.template === "keyword" || expression.template === "entry") return layOutNamed(expression, room);
  if (!("items" in expression) || expression.items.length === 0) return flat;
  if (expression.template === "union") return layOutUnion(expression, room.indent);
  // A comma behind a lone item would make a tuple of it.
  const isLone = expression.template === "subscript" && expression.items.length === 1;
  const inside = { indent: room.indent + step, taken: isLone ? 0 : ",".length };
  const items = expression.items.map((item) => layOutPart(item, inside));
  const form = isLone ? "subscript-line" : `${expression.template}-lines`;
  const head = "head" in expression ? expression.head : undefined;
  return render(form, { head, items, ...margins(room.indent) });
}

function layOutNamed(expression: Keyword | Entry, { indent, taken }: Room): string {
  const before = render(expression.template, { ...expression, value: "." }).length - ".".length;
  const value = layOutPart(expression.value, { indent, taken: taken + before });
  return render(expression.template, { ...expression, value });
}

function layOutUnion({ items }: Union, indent: number): string {
  const [first, ...rest] = items.map((item) => layOutPart(item, { indent, taken: "| ,".length }));
  return render("union-lines", { first, rest, ...margins(indent) });
}

function fits(text: string, { indent, taken }: Room): boolean {
  return text.length <= lineLength - indent - taken;
}

function margins(indent: number) {
  return { outside: " ".repeat(indent), inside: " ".repeat(indent + step) };
}
