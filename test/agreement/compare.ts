/** The comparison: every judge on every value. */
import { pythonNames } from "../../codegen/catalog/naming.js";
import { protocols } from "../support/vectors.js";
import { Outcome } from "./outcome.js";
import { PythonJudge } from "./python-judge.js";
import { typescriptJudge } from "./typescript-judge.js";
import { type Subject, subjectsOf, valuesOf } from "./values.js";
import type { Verdict } from "./verdict.js";

/** The judges that can be given a defect, to see that it is seen. */
export const defects = ["validator", "ajv", "model", "schema"] as const;

/** What to compare. */
export interface Comparison {
  readonly values: number;
  readonly seed: number;
  readonly defect?: (typeof defects)[number] | undefined;
}

const batchSize = 500;

/** Compares the verdicts of all judges on so many values, spread evenly over all payloads of all protocols. */
export async function compare({ values, seed, defect }: Comparison): Promise<Outcome> {
  const subjects = protocols.flatMap(subjectsOf);
  const inPython = defect === "model" || defect === "schema";
  const python = new PythonJudge({ packages: "generated/python", defect: inPython ? defect : undefined });
  const outcome = new Outcome();
  try {
    for (const [index, subject] of subjects.entries()) {
      const count = Math.floor(values / subjects.length) + (index < values % subjects.length ? 1 : 0);
      const typescript = await typescriptJudge(subject, inPython ? undefined : defect);
      await compareSubject(subject, { count, seed, typescript, python, outcome });
    }
  } finally {
    python.close();
  }
  return outcome;
}

interface SubjectComparison {
  readonly count: number;
  readonly seed: number;
  readonly typescript: (data: Uint8Array) => Verdict;
  readonly python: PythonJudge;
  readonly outcome: Outcome;
}

async function compareSubject(subject: Subject, comparison: SubjectComparison): Promise<void> {
  const { count, seed, typescript, python, outcome } = comparison;
  const { protocol, ref } = subject;
  for (let first = 0; first < count; first += batchSize) {
    const batch = [...valuesOf(subject, { seed, first, count: Math.min(batchSize, count - first) })];
    python.submit({ package: pythonNames.package(protocol), ref }, batch);
    // While Python is at it.
    const ours = batch.map(typescript);
    const theirs = await python.verdicts();
    for (const [index, data] of batch.entries()) {
      outcome.record(ref, data, { typescript: ours[index] ?? -1, python: theirs[index] ?? -1 });
    }
  }
}
