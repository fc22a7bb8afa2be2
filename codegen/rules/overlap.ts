/** The rule on messages that arrive on one subject. */
import { documentsOf } from "../documents.js";
import { join } from "../pointer.js";
import { type Arrival, arrivalsOf } from "./arrivals.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** overlapping_subjects */
export const overlappingSubjects: Rule = {
  code: "overlapping_subjects",
  *check(protocol) {
    const arrivals = arrivalsOf(protocol);
    for (const [index, later] of arrivals.entries()) {
      for (const dialect of Object.keys(later.subjects)) {
        const before = arrivals.slice(0, index);
        const earlier = before.find((other) => meet(later, other, dialect) && !areDistinct(later, other));
        if (!earlier) continue;
        yield explain(later, earlier, dialect);
        // One clash says enough about a message.
        break;
      }
    }
    yield* equalKeys(protocol);
  },
};

function explain(later: Arrival, earlier: Arrival, dialect: string): Remark {
  return {
    source: later.source,
    pointer: "",
    message: `in the dialect "${dialect}", this and ${earlier.source.file} may both arrive on ${later.subjects[dialect]?.join(".")}, and nothing in them says which it is`,
    hint: "give one a subject of its own, or an envelope with a hole for its name",
  };
}

/** Whether one concrete subject may carry both. */
function meet(left: Arrival, right: Arrival, dialect: string): boolean {
  const [one, other] = [left.subjects[dialect], right.subjects[dialect]];
  if (!one || one.length !== other?.length) return false;
  return one.every((token, index) => token === "*" || other[index] === "*" || token === other[index]);
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
