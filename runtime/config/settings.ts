/** What the settings of a configuration are when nothing is said, and what they set. */
import type { ConfigDescriptor, SettingOption } from "../protocol/config-descriptor.js";
import type { Json } from "../value/shape.js";
import { isRecord, own } from "../value/validate.js";
import { putAt, stepsOf, valueAt } from "./path.js";

type Settings = ConfigDescriptor["settings"];

/** Fills in what is absent, in place. Nothing is put into a group that is not there. */
export function fillDefaults(value: unknown, settings: Settings): void {
  for (const [pointer, { default: usual }] of Object.entries(settings)) {
    const steps = stepsOf(pointer);
    const [group, name] = [valueAt(value, steps.slice(0, -1)), steps.at(-1)];
    if (usual === undefined || name === undefined || !isRecord(group)) continue;
    if (own(group, name) === undefined) group[name] = structuredClone(usual);
  }
}

/** The options of the runtime that a configuration sets. What is null is not said. */
export function optionsOf(value: unknown, settings: Settings): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [pointer, { option }] of Object.entries(settings)) {
    const setting = valueAt(value, stepsOf(pointer));
    if (option === undefined || setting === undefined || setting === null) continue;
    const chosen = optionValue(setting, option);
    if (chosen !== undefined) putAt(options, option.name.split("."), structuredClone(chosen));
  }
  return options;
}

function optionValue(setting: unknown, { factor, values }: SettingOption): unknown {
  if (values !== undefined) return own(values as Record<string, Json>, String(setting));
  if (factor === undefined || typeof setting !== "number") return setting;
  // 1.1 s are 1,100 ms, and not 1,100.0000000000002.
  return Number((setting * factor).toPrecision(12));
}
