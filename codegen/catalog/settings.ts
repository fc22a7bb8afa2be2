/** The settings of a configuration: what stands in it and is no group of others. */
import type { Json, ObjectShape, Shape } from "../../runtime/value/shape.js";
import { join } from "../json/pointer.js";

/** One setting. */
export interface SettingPlace {
  /** JSON pointer inside the configuration. */
  readonly pointer: string;
  readonly shape: Shape;
  /** What it is when nothing is said. */
  readonly default?: Json;
}

/** All settings, in the order of the schema. A list is one setting, and so is a map. */
export function settingsIn(shape: Shape): readonly SettingPlace[] {
  return [...settings(shape, { pointer: "", within: new Set() })];
}

/** Where the walk is, and the types it is within: a group may contain itself. */
interface Place {
  readonly pointer: string;
  readonly within: ReadonlySet<string>;
}

function* settings(shape: Shape, { pointer, within }: Place): Generator<SettingPlace> {
  const inside = shape.kind === "reference" ? new Set([...within, shape.name]) : within;
  const group = shape.kind === "reference" && within.has(shape.name) ? undefined : groupOf(shape);
  if (group === undefined) {
    yield { pointer, shape, ...(shape.default === undefined ? {} : { default: shape.default }) };
  } else {
    for (const { name, shape: inner } of group.properties) {
      yield* settings(inner, { pointer: join(pointer, name), within: inside });
    }
  }
}

/** The object that a shape stands for, when it stands for one; that there may be none makes no difference. */
function groupOf(shape: Shape): ObjectShape | undefined {
  if (shape.kind === "reference") return groupOf(shape.target());
  if (shape.kind === "object" && shape.rest.kind !== "values") return shape;
  if (shape.kind !== "union") return undefined;
  const [only, ...others] = shape.members.filter(({ kind }) => kind !== "null");
  return only !== undefined && others.length === 0 ? groupOf(only) : undefined;
}
