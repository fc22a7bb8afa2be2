/** `make coverage`: writes docs/coverage.md. */
import { writeFileSync } from "node:fs";
import { catalogOfProtocol } from "../support/protocol-catalog.js";
import { coveragePage } from "./page.js";

writeFileSync("docs/coverage.md", coveragePage(await catalogOfProtocol("kryten")));
