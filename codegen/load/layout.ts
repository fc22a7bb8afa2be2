/** Where the files of a protocol stand. */
import type { SourceKind } from "../model.js";

const places: readonly (readonly [kind: SourceKind, path: string])[] = [
  ["protocol", "protocol.json"],
  ["event", "events/<event>.json"],
  ["command", "commands/<service>/<command>.json"],
  ["lifecycle", "lifecycle/<kind>.json"],
  ["state", "state/<bucket>.json"],
  ["stream", "streams/<stream>.json"],
  ["config", "config/<name>.json"],
  ["types", "common/<topic>.json"],
  ["defects", "defects.json"],
  ["parity", "parity.json"],
];

/** The folders a protocol may have. */
export const folders = places.flatMap(([, path]) => (path.includes("/") ? [path.slice(0, path.indexOf("/"))] : []));

/** Where files stand, in one line for people. */
export const layoutSummary = `files stand in ${places
  .map(([, path]) => path.replace(/[^/]*$/u, ""))
  .filter(Boolean)
  .join(", ")}`;

/**
 * What a file is, told by where it stands.
 *
 * @param path relative to the protocol's folder, with `/`
 * @returns undefined for a file that has no business there
 */
export function kindOf(path: string): SourceKind | undefined {
  return places.find(([, place]) => matches(place, path))?.[0];
}

/** Whether a file may lie among the schemas though it is none: a README, a meta-schema, a hidden file. */
export function isCompanion(path: string): boolean {
  const steps = path.split("/");
  return steps.some((step) => step.startsWith(".")) || /^README\.md$|\.schema\.json$/u.test(steps.at(-1) ?? "");
}

function matches(place: string, path: string): boolean {
  const [expected, steps] = [place.split("/"), path.split("/")];
  if (expected.length !== steps.length) return false;
  return expected.every((step, index) => {
    const actual = steps[index] ?? "";
    if (!step.startsWith("<")) return step === actual;
    return !step.endsWith(".json") || (actual.endsWith(".json") && actual.length > ".json".length);
  });
}
