/** Python expressions, as far as types and their annotations need them. */

/** An expression, by the template that prints it. */
export type Expression = Name | Literal | Keyword | Subscript | Call | Union;

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
  readonly value: Name | Literal;
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

/** `head[item, ...]` */
export function subscript(head: string, items: readonly Expression[]): Subscript {
  return { template: "subscript", head, items };
}

/** `head(item, ..., name=value, ...)`; what is undefined is not passed. */
export function call(
  head: string,
  items: readonly Expression[],
  keywords: Readonly<Record<string, Name | Literal["value"] | undefined>> = {},
): Call {
  const named = Object.entries(keywords).flatMap(([name, value]): Keyword[] => {
    if (value === undefined) return [];
    return [{ template: "keyword", name, value: typeof value === "object" ? value : literal(value) }];
  });
  return { template: "call", head, items: [...items, ...named] };
}

/** `item | ...`, each item once, and None at the end, where readers look for it. */
export function union(items: readonly Expression[]): Expression {
  const flat = items.flatMap((item) => (item.template === "union" ? item.items : [item]));
  const distinct = [...new Map(flat.map((item) => [JSON.stringify(item), item])).values()];
  const isNone = (item: Expression) => item.template === "name" && item.name === none.name;
  const [first, ...more] = [...distinct.filter((item) => !isNone(item)), ...distinct.filter(isNone)];
  return first !== undefined && more.length === 0 ? first : { template: "union", items: [first ?? none, ...more] };
}

/** `None` */
export const none: Name = name("None");

/** The names that an expression uses, with the modules they are in. */
export function namesIn(expression: Expression): readonly string[] {
  switch (expression.template) {
    case "name":
      return [expression.name];
    case "literal":
      return [];
    case "keyword":
      return namesIn(expression.value);
    case "union":
      return expression.items.flatMap(namesIn);
    case "subscript":
    case "call":
      return [expression.head, ...expression.items.flatMap(namesIn)];
  }
}
