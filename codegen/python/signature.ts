/** The first line of a function, or its first lines. */
import { type Expression, name } from "./expression.js";
import { layOut, lineLength, print } from "./layout.js";
import { render } from "./render.js";

/** A parameter. Those without a type are `self`, and what stands before the ones that are given by name. */
export interface Parameter {
  readonly name: string;
  readonly type?: Expression;
  readonly default?: Expression;
}

/** What a signature is made of. */
export interface Signature {
  readonly kind: "function" | "coroutine";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns: Expression;
  /** Of an overload there is nothing else. */
  readonly body: "follows" | "none";
}

/** The object whose method it is. */
export const self: Parameter = name("self");

/** What comes after it is given by name. */
export const byName: Parameter = name("*");

const indent = 4;

/** The text of a method's signature, with the indentation of all lines but the first. */
export function methodSignature({ kind, parameters, returns, body, ...signature }: Signature): string {
  const view = { ...signature, isCoroutine: kind === "coroutine", isStub: body === "none", returns: print(returns) };
  const [first, ...rest] = parameters.map((parameter) => parameterText(parameter, print));
  const flat = render("signature", { ...view, first, rest });
  if (flat.length + indent <= lineLength) return flat;
  return render("signature-lines", { ...view, parameters: parameters.map(onItsOwnLine) });
}

function onItsOwnLine(parameter: Parameter): string {
  const taken = `${parameterText(parameter, () => "")},`.length;
  return parameterText(parameter, (type) => layOut(type, { indent: 2 * indent, taken }));
}

function parameterText({ name, type, default: value }: Parameter, typeText: (type: Expression) => string): string {
  if (type === undefined) return render("name", { name });
  if (value === undefined) return render("parameter", { name, type: typeText(type) });
  return render("optional-parameter", { name, type: typeText(type), value: print(value) });
}
