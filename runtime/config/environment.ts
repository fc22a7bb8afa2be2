/** A configuration in the variables of an environment: `APP_SERVER_TIMEOUT` is `/server/timeout`. */
import type { ConfigDescriptor } from "../protocol/config-descriptor.js";
import type { Shape } from "../value/shape.js";
import type { Violation } from "../value/violation.js";
import { didYouMean } from "../value/wording.js";
import type { Draft, Variables } from "./draft.js";
import { putAt, stepsOf } from "./path.js";
import { readText, shapeAt } from "./text.js";

/**
 * Reads all variables that begin with the prefix. A variable that is empty is not set; one that is no setting is a finding.
 * A setting that is a list of texts has commas in it; any other list is JSON.
 */
export function readEnvironment(config: ConfigDescriptor, variables: Variables, prefix: string): Draft {
  const shape = config.payload.shape();
  const pointers = new Map(Object.keys(config.settings).map((pointer) => [nameOf(pointer, prefix), pointer]));
  const value = groupsOf(shape);
  const findings: Violation[] = [];
  for (const [name, text] of Object.entries(variables)) {
    if (!name.startsWith(prefix) || text === undefined || text === "") continue;
    const pointer = pointers.get(name);
    const expected = pointer === undefined ? undefined : shapeAt(shape, pointer);
    if (pointer !== undefined && expected !== undefined) putAt(value, stepsOf(pointer), readText(text, expected));
    else
      findings.push({ pointer: "", message: `has ${name}, which is no setting${didYouMean(name, pointers.keys())}` });
  }
  return { value, findings, place: (pointer) => (pointer === "" ? "the environment" : nameOf(pointer, prefix)) };
}

/** The groups that there must be, so that what is missing is told by the names of its settings. */
function groupsOf(shape: Shape): Record<string, unknown> {
  if (shape.kind === "reference") return groupsOf(shape.target());
  if (shape.kind !== "object") return {};
  const groups = shape.properties.filter(({ required, shape: inner }) => required && isGroup(inner));
  return Object.fromEntries(groups.map(({ name, shape: inner }) => [name, groupsOf(inner)]));
}

function isGroup(shape: Shape): boolean {
  return shape.kind === "reference" ? isGroup(shape.target()) : shape.kind === "object";
}

function nameOf(pointer: string, prefix: string): string {
  return (
    prefix +
    stepsOf(pointer)
      .join("_")
      .replaceAll(/[^A-Za-z0-9]+/gu, "_")
      .toUpperCase()
  );
}
