/** Constants of a Python module. */
import type { Docstring } from "./documentation.js";
import type { Expression } from "./expression.js";
import { layOut, lineLength, print } from "./layout.js";

/** A constant, before it is laid out. */
export interface Constant {
  readonly name: string;
  readonly type: Expression;
  readonly value: Expression;
  readonly docstring: Docstring | undefined;
}

/** A constant as its template takes it. */
export interface Assignment {
  /** `long-assignment` says the type before, where a line has no room for both. */
  readonly template: "assignment" | "long-assignment";
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly docstring: Docstring | undefined;
}

/** Lays a constant out. */
export function assignmentOf({ name, type, value, docstring }: Constant): Assignment {
  const opening = "head" in value ? ` = ${value.head}(` : " = ";
  const isLong = `${name}: ${print(type)}${opening}`.length > lineLength;
  const before = isLong ? `${name} = ` : `${name}: ${print(type)} = `;
  return {
    template: isLong ? "long-assignment" : "assignment",
    name,
    type: layOut(type, { indent: 0, taken: `${name}: `.length }),
    value: layOut(value, { indent: 0, taken: before.length }),
    docstring,
  };
}
