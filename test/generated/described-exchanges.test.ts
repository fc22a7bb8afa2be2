import { describe, expect, it } from "vitest";
import { valueCheck } from "../../codegen/validate/value-check.js";
import { type DescribedExchange, describedExchanges } from "../support/described.js";
import { catalogOfProtocol } from "../support/protocol-catalog.js";
import { commandOf } from "../support/recordings.js";

const catalogs = [await catalogOfProtocol("kryten")];

function violationsIn(exchange: DescribedExchange): readonly unknown[] {
  const [body, part, value] =
    "request" in exchange
      ? [exchange.request, "request", exchange.request]
      : [{ command: exchange.command }, "reply", exchange.reply];
  const command = commandOf({ subject: exchange.subject, body });
  if (command === undefined) throw new Error(`No command is asked for: ${JSON.stringify(body)}.`);
  return valueCheck(catalogs, `${command.ref}/${part}`)(value, "tolerate");
}

describe.each(describedExchanges)("$because ($source)", (exchange) => {
  it(exchange.accepted ? "is accepted" : "is refused", () => {
    expect(violationsIn(exchange).length === 0).toBe(exchange.accepted);
  });
});
