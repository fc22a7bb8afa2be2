/** `make agreement`: prints what judges disagree on, and one line with the totals. Status 1 when they disagree at all. */
import { parseArgs } from "node:util";
import { compare, defects } from "./compare.js";

const { values: given } = parseArgs({
  options: { values: { type: "string" }, seed: { type: "string" }, defect: { type: "string" } },
});
const [values, seed] = [Number(given.values), Number(given.seed)];
const defect = defects.find((judge) => judge === given.defect);
if (!(Number.isSafeInteger(values) && values > 0 && Number.isSafeInteger(seed)) || defect !== given.defect) {
  console.error(`agreement: --values N --seed N, and perhaps --defect ${defects.join("|")} to see that it is seen`);
  process.exit(2);
}

console.log(`agreement: seed ${seed}, with which the same values come again`);
const outcome = await compare({ values, seed, defect });
for (const [ref, { count, first }] of outcome.disagreements) {
  console.log([`${ref}: ${count} disagreements`, ...first].join("\n  "));
}
const { accepted, messages, disagreementCount } = outcome;
console.log(`agreement: readers accept ${accepted.byReaders} of the values, writers ${accepted.byWriters}`);
console.log(`agreement: ${outcome.values} values, ${messages} messages, ${disagreementCount} disagreements`);
process.exitCode = disagreementCount === 0 ? 0 : 1;
