/** Conditions of generated code: what is asked, joined by `&&` and `||`, with the parentheses that takes and no others. */
import { type Code, every, parenthesized, some } from "./code.js";

/** A comparison or a call, or several conditions of which all or any must hold. */
export type Condition =
  | { readonly kind: "one"; readonly text: Code }
  | { readonly kind: "all" | "any"; readonly parts: readonly Condition[] };

/** A condition that is written already. */
export function one(text: Code): Condition {
  return { kind: "one", text };
}

/** All must hold, asked in this order. */
export function allOf(parts: readonly Condition[]): Condition {
  return joined("all", parts);
}

/** Any must hold. */
export function anyOf(parts: readonly Condition[]): Condition {
  return joined("any", parts);
}

/** The condition as an expression. */
export function conditionCode(condition: Condition): Code {
  if (condition.kind === "one") return condition.text;
  const parts = condition.parts.map((part) => {
    const code = conditionCode(part);
    return part.kind === "one" ? code : parenthesized(code);
  });
  return condition.kind === "all" ? every(parts) : some(parts);
}

/** Conditions of the same kind inside are taken up, so that no parentheses stand inside parentheses for nothing. */
function joined(kind: "all" | "any", given: readonly Condition[]): Condition {
  const parts = given.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}
