import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { valueCheck } from "../../codegen/validate/value-check.js";
import type { Json } from "../../runtime/value/shape.js";
import { catalogOfProtocol } from "../support/protocol-catalog.js";
import { commandOf } from "../support/recordings.js";

/** A request that nobody has recorded, or a reply to a command, and whether it is right, as far as the robot is understood. */
type Described = {
  readonly subject: string;
  readonly accepted: boolean;
  readonly because: string;
  /** Where the reference says so. */
  readonly source: string;
} & ({ readonly request: Json } | { readonly command: string; readonly reply: Json });

const described: readonly Described[] = readFileSync("test/data/described-exchanges.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
const catalogs = [await catalogOfProtocol("kryten")];

function violationsIn(exchange: Described): readonly unknown[] {
  const isRequest = "request" in exchange;
  const body = isRequest ? exchange.request : { command: exchange.command };
  const command = commandOf({ ...exchange, body });
  if (command === undefined) throw new Error(`No command is asked for: ${JSON.stringify(body)}.`);
  const ref = `${command.ref}/${isRequest ? "request" : "reply"}`;
  return valueCheck(catalogs, ref)(isRequest ? exchange.request : exchange.reply, "tolerate");
}

describe.each(described)("$because ($source)", (exchange) => {
  it(exchange.accepted ? "is accepted" : "is refused", () => {
    expect(violationsIn(exchange).length === 0).toBe(exchange.accepted);
  });
});
