/** `${NAME}` and `${NAME:-default}` in the texts of a configuration. */
import type { Shape } from "../value/shape.js";
import { isRecord, own } from "../value/validate.js";
import { pointerTo, type Violation } from "../value/violation.js";
import type { Variables } from "./draft.js";
import { readText, shapeAt } from "./text.js";

/** A value with its variables replaced, and what could not be. */
export interface Substituted {
  readonly value: unknown;
  readonly findings: readonly Violation[];
}

/** `$${` is a plain `${`; `${...}` of any other form is a mistake. */
const reference = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/gu;

/**
 * Replaces variables in texts, never in names. What a variable holds is not looked at again. A text that holds a variable
 * may stand for a number or a list, where the shape wants one.
 */
export function substitute(value: unknown, shape: Shape, variables: Variables): Substituted {
  const findings: Violation[] = [];
  const replaced = walk(value, "", (text, pointer) => {
    const { result, faults } = replaceIn(text, variables);
    findings.push(...faults.map((message) => ({ pointer, message })));
    if (result === text || faults.length > 0) return text;
    const expected = shapeAt(shape, pointer);
    return expected === undefined ? result : readText(result, expected);
  });
  return { value: replaced, findings };
}

function walk(value: unknown, pointer: string, change: (text: string, pointer: string) => unknown): unknown {
  if (typeof value === "string") return change(value, pointer);
  if (Array.isArray(value)) return value.map((item, index) => walk(item, pointerTo(pointer, index), change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, walk(inner, pointerTo(pointer, name), change)]),
  );
}

function replaceIn(text: string, variables: Variables): { result: string; faults: string[] } {
  const faults: string[] = [];
  const result = text.replace(reference, (whole, name?: string, usual?: string) => {
    if (whole === "$${") return "${";
    if (name === undefined) {
      faults.push(`has a \${ that begins neither \${NAME} nor \${NAME:-default}; write $\${ for a plain one`);
      return whole;
    }
    if (usual?.includes("${")) {
      faults.push(`has a \${ within the default of ${name}; a default is plain text`);
      return whole;
    }
    const set = own(variables, name);
    if (typeof set === "string" && (set !== "" || usual === undefined)) return set;
    if (usual === undefined) faults.push(`names the variable ${name}, which is not set; set it, or give a default`);
    return usual ?? whole;
  });
  return { result, faults };
}
