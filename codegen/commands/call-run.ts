/** One run of `call`. */
import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import type { AnyServices } from "../../runtime/client/channel.js";
import type { ConfiguredOptions } from "../../runtime/config/load.js";
import { ProtocolError } from "../../runtime/error.js";
import { ignoredCommand } from "../../runtime/protocol/ignored.js";
import type { Json } from "../../runtime/value/shape.js";
import { findCommand } from "../call/find-command.js";
import { protocolOfServices } from "../call/services.js";
import type { FoundCommand } from "../catalog/commands.js";
import { declarationNames } from "../catalog/naming.js";
import { CannotRun } from "../findings/cannot-run.js";
import { type CallOptions, callForm, type Filled } from "./call-form.js";
import { reportForPeople, reportForPrograms } from "./call-report.js";
import { natsOptions, readConfiguration } from "./connection.js";
import { loadCatalogs, schemaIn } from "./schema-folder.js";

/**
 * Calls the command that the first word names, with what the others say.
 *
 * @throws CannotRun when it cannot be asked for
 */
export async function call([ref, ...words]: readonly string[]): Promise<void> {
  if (ref === undefined || ref.startsWith("-")) {
    throw new CannotRun(
      "say first what to call: kryten-sdk call <ref> [options]; `kryten-sdk list` prints what there is",
    );
  }
  const found = findCommand(await loadCatalogs(schemaIn(words)), ref);
  const form = callForm(found);
  const options = form.parse(words);
  const report = options.json ? reportForPrograms : reportForPeople;
  try {
    const whole = await wholeArguments(options.args);
    const configured = options.config === undefined ? {} : await readConfiguration(found.catalog, options.config);
    const filled = form.read(whole, configuredAddress(configured));
    report(found, { result: await send(found, filled, { options, configured }) });
  } catch (reason) {
    if (reason instanceof CannotRun && !options.json) throw reason;
    const code = reason instanceof CannotRun ? "invalid_argument" : "internal";
    report(found, { error: ProtocolError.from(reason, code) });
  }
}

/** @throws CannotRun when they cannot be read */
async function wholeArguments(source = "{}"): Promise<Json> {
  try {
    if (source === "-") return JSON.parse(await textOf(process.stdin));
    return JSON.parse(source.startsWith("@") ? await readFile(source.slice(1), "utf8") : source);
  } catch (cause) {
    throw new CannotRun(`--args cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** That of the one channel that is configured, if there is one. */
function configuredAddress({ channels = [] }: ConfiguredOptions): Readonly<Record<string, string>> {
  const [only, ...others] = channels;
  return typeof only === "object" && others.length === 0 ? (only as Readonly<Record<string, string>>) : {};
}

interface Means {
  readonly options: CallOptions;
  readonly configured: ConfiguredOptions;
}

async function send(
  { catalog, command }: FoundCommand,
  filled: Filled,
  { options, configured }: Means,
): Promise<unknown> {
  const { timeout, evenIfIgnored = false, dialect } = options;
  if (command.ignored !== undefined && !evenIfIgnored) {
    throw ignoredCommand(command.ref, command.ignored, "add --even-if-ignored");
  }
  const [{ connectNats }, { createClient }] = await Promise.all([
    import("../../runtime/nats/connection.js"),
    import("../../runtime/client/client.js"),
  ]);
  const transport = await connectNats(natsOptions(options, configured));
  try {
    const { service = { name: "kryten-sdk" } } = configured;
    const protocol = protocolOfServices(catalog);
    const client = createClient(protocol, transport, { service, dialect: dialect ?? configured.dialect });
    const place = catalog.address.length === 0 ? client : client.channel(filled.address);
    const method = (place.services as AnyServices)[declarationNames.member(command.service)]?.[command.method];
    return await method?.(filled.args, { evenIfIgnored, ...(timeout !== undefined && { timeout }) });
  } finally {
    await transport.close();
  }
}
