/** Measures the generator alone: prints one JSON object a row, and a table for people. */
import { generatorRows } from "./generator-rows.js";
import { tableOf } from "./page.js";

const rows = await generatorRows();
for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
process.stdout.write(`\n${tableOf(rows)}\n`);
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
