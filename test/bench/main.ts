/** `make bench`: prints how fast we are beside what others use, and writes docs/benchmarks.md. `JSON=1` prints one object a row. */
import { writeFileSync } from "node:fs";
import { startNatsServer } from "../support/nats-server.js";
import { bundleRows } from "./bundle-rows.js";
import { eventRows } from "./event-rows.js";
import { generatorRows } from "./generator-rows.js";
import { benchmarksPage, tableOf } from "./page.js";
import { peerRows } from "./peer-rows.js";
import { processRows } from "./process-rows.js";
import { requestRows } from "./request-rows.js";
import type { Row } from "./row.js";
import { validationRows } from "./validation-rows.js";

const asJson = process.env["JSON"] === "1";
const rows: Row[] = [];
const server = await startNatsServer({ jetStream: false });
try {
  for (const family of [eventRows, peerRows, requestRows, validationRows, processRows, bundleRows, generatorRows]) {
    const found = await family(server);
    rows.push(...found);
    if (asJson) for (const row of found) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
} finally {
  await server.stop();
}
if (!asJson) process.stdout.write(`${tableOf(rows)}\n`);
writeFileSync("docs/benchmarks.md", benchmarksPage(rows));
