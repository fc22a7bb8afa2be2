/** Python expressions, as far as types, their annotations and data need them. */

/** An expression, by the template that prints it. */
export type Expression = Name | Literal | Keyword | Entry | List | Dictionary | Subscript | Call | Union;

/** `name`, or a name in a module. */
export interface Name {
  readonly template: "name";
  readonly name: string;
}

/** A constant. */
export interface Literal {
  readonly template: "literal";
  readonly value: string | number | boolean;
}

/** `name=value`, in a call. */
export interface Keyword {
  readonly template: "keyword";
  readonly name: string;
  readonly value: Expression;
}

/** `"name": value`, in a dictionary. */
export interface Entry {
  readonly template: "entry";
  readonly name: string;
  readonly value: Expression;
}

/** `[item, ...]` */
export interface List {
  readonly template: "list";
  readonly items: readonly Expression[];
}

/** `{entry, ...}` */
export interface Dictionary {
  readonly template: "dictionary";
  readonly items: readonly Entry[];
}

/** `head[item, ...]` */
export interface Subscript {
  readonly template: "subscript";
  readonly head: string;
  readonly items: readonly Expression[];
}

/** `head(item, ...)` */
export interface Call {
  readonly template: "call";
  readonly head: string;
  readonly items: readonly Expression[];
}

/** `item | ...` */
export interface Union {
  readonly template: "union";
  readonly items: readonly Expression[];
}

/** `name` */
export function name(name: string): Name {
  return { template: "name", name };
}

/** A constant. */
export function literal(value: Literal["value"]): Literal {
  return { template: "literal", value };
}

/** `name=value`, in a call. */
export function keyword(name: string, value: Expression): Keyword {
  return { template: "keyword", name, value };
}

/** `head[item, ...]` */
export function subscript(head: string, items: readonly Expression[]): Subscript {
  return { template: "subscript", head, items };
}

/** `head(item, ..., name=value, ...)`; what is undefined is not passed. */
export function call(
  head: string,
  items: readonly Expression[],
  keywords: Readonly<Record<string, Expression | Literal["value"] | undefined>> = {},
): Call {
  const named = Object.entries(keywords).flatMap(([name, value]): Keyword[] => {
    if (value === undefined) return [];
    return [{ template: "keyword", name, value: typeof value === "object" ? value : literal(value) }];
  });
  return { template: "call", head, items: [...items, ...named] };
}

/** `[item, ...]` */
export function list(items: readonly Expression[]): List {
  return { template: "list", items };
}

/** `{"name": value, ...}` */
export function dictionary(entries: Readonly<Record<string, Expression>>): Dictionary {
  return {
    template: "dictionary",
    items: Object.entries(entries).map(([name, value]): Entry => ({ template: "entry", name, value })),
  };
}

/** `item | ...`: each item once, constants in one Literal, and None at the end, where readers look for it. */
export function union(items: readonly Expression[]): Expression {
  const flat = items.flatMap((item) => (item.template === "union" ? item.items : [item]));
  const constants = distinct(flat.flatMap((item) => (isLiteral(item) ? item.items : [])));
  const merged = flat.map((item) => (isLiteral(item) ? subscript(item.head, constants) : item));
  const [first = none, ...more] = distinct([...merged.filter((item) => !isNone(item)), ...merged.filter(isNone)]);
  return more.length === 0 ? first : { template: "union", items: [first, ...more] };
}

function distinct(items: readonly Expression[]): readonly Expression[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function isLiteral(item: Expression): item is Subscript {
  return item.template === "subscript" && item.head === "Literal";
}

function isNone(item: Expression): boolean {
  return item.template === "name" && item.name === none.name;
}

/** `None` */
export const none: Name = name("None");

/** The type of texts. */
export const text: Name = name("str");

/** The names that an expression uses, with the modules they are in. */
export function namesIn(expression: Expression): readonly string[] {
  switch (expression.template) {
    case "name":
      return [expression.name];
    case "literal":
      return [];
    case "keyword":
    case "entry":
      return namesIn(expression.value);
    case "list":
    case "dictionary":
    case "union":
      return expression.items.flatMap(namesIn);
    case "subscript":
    case "call":
      return [expression.head, ...expression.items.flatMap(namesIn)];
  }
}
