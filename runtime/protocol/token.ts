/** One token of a subject: what is legal in it, and how text becomes one. */
import { ProtocolError } from "../error.js";
import { quote } from "../value/wording.js";
import type { TokenRule, TokenStep } from "./message.js";

/** The rule of a token type that no rule is given for: the text as it is. */
export const plainToken: TokenRule = { steps: [] };

// Not in a token: what NATS gives a meaning to, what ends a line of its protocol, and what UTF-8 cannot carry.
const illegalCharacters = ".*>\\p{White_Space}\\p{Cc}\\p{Surrogate}";
const illegal = new RegExp(`[${illegalCharacters}]`, "u");

/** Source of a regular expression for one legal token, or a part of one. Needs the `u` flag. */
export const legalToken = `[^${illegalCharacters}]+`;

/**
 * The token that a text becomes under a rule. Throws `invalid_subject` when that is no legal token, or not what the rule's
 * pattern asks for: text is never bent further than the rule says. Two texts may become the same token.
 *
 * @param name what the text is, for the message: the parameter's name
 */
export function toToken(text: string, rule: TokenRule, name: string): string {
  const token = rule.steps.reduce(apply, text);
  const objection = objectionTo(token, rule);
  if (objection === undefined) return token;
  const outcome = token === text ? "" : `, which becomes ${quote(token)},`;
  throw new ProtocolError(
    "invalid_subject",
    `${name} ${quote(text)}${outcome} cannot be part of a subject: ${objection}`,
  );
}

function apply(text: string, step: TokenStep): string {
  switch (step.step) {
    case "lowercase":
      return text.toLowerCase();
    case "remove":
      return substitute(text, step.characters, "");
    case "replace":
      return substitute(text, step.characters, step.by);
    case "truncate":
      return [...text].slice(0, step.length).join("");
  }
}

function substitute(text: string, characters: string, by: string): string {
  const affected = new Set(characters);
  return Array.from(text, (character) => (affected.has(character) ? by : character)).join("");
}

/** Why a token may not be used, and what to do about it. */
function objectionTo(token: string, rule: TokenRule): string | undefined {
  if (token === "") return "nothing is left of it; use a name with at least one letter or digit";
  const character = illegal.exec(token)?.[0];
  if (character !== undefined) return `it contains ${characterName(character)}; use a name without it`;
  if (rule.pattern !== undefined && !new RegExp(rule.pattern, "u").test(token)) {
    return `it does not match ${rule.pattern}; use a name that does`;
  }
  return undefined;
}

function characterName(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  if (/\p{Surrogate}/u.test(character)) return `half a character (U+${code})`;
  if (/\p{Cc}/u.test(character)) return `a control character (U+${code})`;
  if (/\p{White_Space}/u.test(character)) return `white space (U+${code})`;
  return `"${character}"`;
}

/** Whether a text is a legal token, or a legal part of one, as it is. */
export function isToken(text: string): boolean {
  return text !== "" && !illegal.test(text);
}
