/** What a comparison came to. */
import { agree, describeVerdict, reader, type Verdict, writer } from "./verdict.js";

const mostShown = 3;

/** Counts verdicts, and keeps the first values on which judges disagree. */
export class Outcome {
  values = 0;
  accepted = { byReaders: 0, byWriters: 0 };
  /** By payload: how many, and the first few. */
  readonly disagreements = new Map<string, { count: number; readonly first: string[] }>();
  readonly #messages = new Set<string>();

  /** How many messages the values were of; what a command takes and gives is one. */
  get messages(): number {
    return this.#messages.size;
  }

  /** On how many values judges disagree. */
  get disagreementCount(): number {
    return [...this.disagreements.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** Takes note of what both languages make of a value. */
  record(ref: string, data: Uint8Array, verdicts: { readonly typescript: Verdict; readonly python: Verdict }): void {
    const { typescript, python } = verdicts;
    this.values++;
    this.#messages.add(ref.replace(/\/(?:args|result)$/, ""));
    if ((typescript & reader) !== 0) this.accepted.byReaders++;
    if ((typescript & writer) !== 0) this.accepted.byWriters++;
    if (agree(typescript, python)) return;
    const found = this.disagreements.get(ref) ?? { count: 0, first: [] };
    this.disagreements.set(ref, found);
    found.count++;
    if (found.first.length === mostShown) return;
    const text = JSON.stringify(Buffer.from(data).toString("latin1"));
    found.first.push(`TypeScript: ${describeVerdict(typescript)}; Python: ${describeVerdict(python)}: ${text}`);
  }
}
