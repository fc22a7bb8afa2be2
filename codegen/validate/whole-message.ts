/** Requests and replies as they travel: the envelope around them, and what is inside. */
import { compileTemplate } from "../../runtime/protocol/envelope.js";
import type { CommandEnvelope, Template } from "../../runtime/protocol/message.js";
import type { UnknownFields } from "../../runtime/value/shape.js";
import { type Violation, violations } from "../../runtime/value/violation.js";
import { describe, either, quote } from "../../runtime/value/wording.js";
import { shapeOf } from "../catalog/shape-parts.js";
import { join } from "../json/pointer.js";
import type { Catalog, CommandMessage } from "../model.js";
import type { ValueCheck } from "./value-check.js";

type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a request for a command: the envelope, whom it is for, and the arguments. */
export function requestCheck(catalog: Catalog, command: CommandMessage, template: Template): ValueCheck {
  const compiled = compileTemplate(template);
  const args = shapeOf(catalog, command.args);
  const answersTo = catalog.services.find(({ name }) => name === command.service)?.answersTo ?? [];
  const names = { service: [command.service, ...answersTo], command: [command.name, ...command.aliases] };
  return (body, fields) => {
    const reading = compiled.read(body);
    if (!reading.matched) return [reading.violation];
    const wrong = Object.entries(names).flatMap(([hole, accepted]) => {
      const value = reading.values[hole];
      if (value === undefined || accepted.some((name) => name === value)) return [];
      const message = `must be ${either(accepted.map(quote))}, not ${describe(value)}`;
      return [{ pointer: pointerOf(template, hole), message }];
    });
    const given = withoutAliases(reading.values["args"] ?? {}, command);
    return [...wrong, ...inside(violations(args, given, fields), pointerOf(template, "args"))];
  };
}

/** Whether a value is a reply to a command: a failure as the envelope has them, or a success with a result. */
export function replyCheck(
  catalog: Catalog,
  command: CommandMessage,
  { success, failures }: NonNullable<CommandEnvelope["reply"]>,
): ValueCheck {
  const compiled = compileTemplate(success);
  const refusals = failures.map(compileTemplate);
  const result = resultCheck(catalog, command);
  const pointer = pointerOf(success, "result");
  return (body, fields) => {
    if (refusals.some((refusal) => refusal.read(body).matched)) return [];
    const reading = compiled.read(body);
    if (!reading.matched) return [reading.violation];
    return inside(result(reading.values["result"], fields), pointer);
  };
}

function resultCheck(catalog: Catalog, { result, resultTemplate }: CommandMessage) {
  const shape = shapeOf(catalog, result);
  if (resultTemplate === undefined) return (value: unknown, fields: UnknownFields) => violations(shape, value, fields);
  const compiled = compileTemplate(resultTemplate);
  const pointer = pointerOf(resultTemplate, "result");
  return (value: unknown, fields: UnknownFields): readonly Violation[] => {
    const reading = compiled.read(value);
    if (!reading.matched) return [reading.violation];
    return inside(violations(shape, reading.values["result"], fields), pointer);
  };
}

/** Arguments under the names that the schema has. One that is there under both its names is left as it is. */
function withoutAliases(args: unknown, { argumentAliases }: CommandMessage): unknown {
  if (typeof args !== "object" || args === null || Array.isArray(args)) return args;
  const names = new Map(
    Object.entries(argumentAliases).flatMap(([name, others]) => others.map((other) => [other, name])),
  );
  const given: Fields = { ...args };
  const renamed = Object.entries(given).map(([name, value]) => {
    const real = names.get(name);
    return [real === undefined || Object.hasOwn(given, real) ? name : real, value];
  });
  return Object.fromEntries(renamed);
}

/** Where a hole stands in a template; empty when it is spread over the whole, or not there. */
function pointerOf(template: Template, hole: string): string {
  return findHole(template, `{${hole}}`) ?? "";
}

function findHole(template: Template, hole: string): string | undefined {
  if (template === hole) return "";
  if (typeof template !== "object" || template === null) return undefined;
  for (const [key, inner] of Object.entries(template as Readonly<Record<string, Template>>)) {
    const found = findHole(inner, hole);
    if (found !== undefined) return key === "..." ? found : join("", key.replace(/\?$/u, "")) + found;
  }
  return undefined;
}

function inside(found: readonly Violation[], pointer: string): readonly Violation[] {
  return found.map((violation) => ({ ...violation, pointer: pointer + violation.pointer }));
}
