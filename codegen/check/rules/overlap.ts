/** The rule on messages that arrive on one subject. */

import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import { type Arrival, arrivalsOf } from "./arrivals.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** overlapping_subjects */
export const overlappingSubjects: Rule = {
  code: "overlapping_subjects",
  *check(protocol) {
    const taken = new Map<string, Group>();
    for (const arrival of arrivalsOf(protocol)) {
      const clash = Object.keys(arrival.subjects)
        .map((dialect) => ({ dialect, earlier: clashOf(arrival, dialect, taken.values()) }))
        .find(({ earlier }) => earlier !== undefined);
      // One clash says enough about a message.
      if (clash?.earlier) yield explain(arrival, clash.earlier, clash.dialect);
      for (const [dialect, tokens] of Object.entries(arrival.subjects)) {
        const place = `${dialect} ${tokens.join(".")}`;
        const group = taken.get(place) ?? { dialect, tokens, arrivals: [] };
        group.arrivals.push(arrival);
        taken.set(place, group);
      }
    }
    yield* equalKeys(protocol);
  },
};

/** What arrives on one subject, so that subjects are compared, not messages. */
interface Group {
  readonly dialect: string;
  readonly tokens: readonly string[];
  readonly arrivals: Arrival[];
}

/** An earlier message that a message cannot be told from. */
function clashOf(arrival: Arrival, dialect: string, groups: Iterable<Group>): Arrival | undefined {
  const tokens = arrival.subjects[dialect] ?? [];
  for (const group of groups) {
    if (group.dialect !== dialect || !meet(tokens, group.tokens)) continue;
    const earlier = group.arrivals.find((other) => !areDistinct(arrival, other));
    if (earlier) return earlier;
  }
  return undefined;
}

function explain(later: Arrival, earlier: Arrival, dialect: string): Remark {
  return {
    source: later.source,
    pointer: "",
    message: `in the dialect "${dialect}", this and ${earlier.source.file} may both arrive on ${later.subjects[dialect]?.join(".")}, and nothing in them says which it is`,
    hint: "give one a subject of its own, or an envelope with a hole for its name",
  };
}

/** Whether one concrete subject may be both. */
export function meet(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((token, index) => token === "*" || right[index] === "*" || token === right[index]);
}

/** Whether the content of two messages says which is which. */
function areDistinct(left: Arrival, right: Arrival): boolean {
  if (left.kind !== right.kind) return false;
  const hole = left.kind === "event" ? "event" : left.service === right.service ? "command" : "service";
  const differ = hole === "service" || left.name !== right.name;
  return differ && left.told.includes(hole) && right.told.includes(hole);
}

/** Keys of the same name in the same bucket. */
function* equalKeys({ sources }: Protocol): Generator<Remark> {
  const taken = new Map<string, string>();
  for (const { source, document } of documentsOf(sources, "state")) {
    for (const [name, { key = name }] of Object.entries(document.keys)) {
      const place = `${document.bucket} ${key}`;
      const other = taken.get(place);
      if (other !== undefined) {
        const message = `the key ${key} of the bucket ${document.bucket} is described in ${other} already`;
        yield { source, pointer: join("/keys", name), message };
      }
      taken.set(place, source.file);
    }
  }
}
