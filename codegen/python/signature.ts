/** The first line of a function, or its first lines. */
import { lineLength } from "./layout.js";
import { render } from "./render.js";

/** What a signature is made of. */
export interface Signature {
  readonly keyword: "def" | "async def";
  readonly name: string;
  /** With their types, `self` and `*` among them. */
  readonly parameters: readonly string[];
  readonly returns: string;
  /** Of an overload there is nothing else. */
  readonly body: "follows" | "none";
}

/** The text of a method's signature, with the indentation of all lines but the first. */
export function methodSignature({ parameters, body, ...signature }: Signature): string {
  const [first, ...rest] = parameters;
  const view = { ...signature, isStub: body === "none", first, rest, parameters };
  const flat = render("signature", view);
  return flat.length + 4 <= lineLength ? flat : render("signature-lines", view);
}
