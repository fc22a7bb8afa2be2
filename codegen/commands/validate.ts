/** `validate`: whether values are what a schema says, one JSON value a line. */
import { createReadStream } from "node:fs";
import { Command } from "commander";
import { ProtocolError } from "../../runtime/error.js";
import { decode } from "../../runtime/protocol/codec.js";
import type { Json, UnknownFields } from "../../runtime/value/shape.js";
import type { Violation } from "../../runtime/value/violation.js";
import { CannotRun } from "../findings/cannot-run.js";
import { type Line, linesOf } from "../validate/lines.js";
import { type ValueCheck, valueCheck } from "../validate/value-check.js";
import { loadCatalogs, schemaOption } from "./schema-folder.js";

interface Options {
  readonly schema?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const help = `
Names of values:
  <protocol>/events/<event>
  <protocol>/<service>/<command>/args      and /result, /request, /reply; under any of the command's names
  <protocol>/lifecycle/<kind>
  <protocol>/state/<bucket>/<key>
  <protocol>/config/<name>

Exit status: 0 all values are valid, 1 some are not, 2 could not look.`;

/** The command. Prints `line N: /json/pointer message` for each violation; ends with status 1 when there is any. */
export function validateCommand(): Command {
  return new Command("validate")
    .description("check JSON values, one a line, against what the schema says")
    .argument("<ref>", "what the values are")
    .argument("[file]", "where they are; - is the standard input", "-")
    .option(...schemaOption)
    .option("--strict", "refuse unknown fields, as a writer must")
    .option("--json", "print each violation as a JSON object: line, pointer, message")
    .addHelpText("after", help)
    .action(validate);
}

async function validate(ref: string, file: string, { schema, strict, json }: Options): Promise<void> {
  const check = valueCheck(await loadCatalogs(schema), ref);
  const fields = strict ? "refuse" : "tolerate";
  let values = 0;
  let invalid = 0;
  for await (const line of readLines(file)) {
    if (isBlank(line.bytes)) continue;
    const found = violationsOf(line, check, fields);
    values += 1;
    if (found.length > 0) invalid += 1;
    for (const violation of found) await print(json ? asJson(line, violation) : asText(line, violation));
  }
  process.stderr.write(`${values} values, ${invalid} invalid\n`);
  if (invalid > 0) process.exitCode = 1;
}

async function* readLines(file: string): AsyncGenerator<Line> {
  try {
    yield* linesOf(file === "-" ? process.stdin : createReadStream(file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CannotRun(`cannot read ${file === "-" ? "the standard input" : file}: ${reason}`, { cause });
  }
}

function violationsOf({ bytes }: Line, check: ValueCheck, fields: UnknownFields): readonly Violation[] {
  try {
    return check(decode(bytes, Number.POSITIVE_INFINITY) as Json, fields);
  } catch (reason) {
    const { code, rawMessage } = ProtocolError.from(reason, "internal");
    if (code !== "malformed_message") throw reason;
    return [{ pointer: "", message: rawMessage }];
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function asText({ number }: Line, { pointer, message }: Violation): string {
  return `line ${number}: ${pointer === "" ? "/" : pointer} ${message}`;
}

function asJson({ number }: Line, { pointer, message }: Violation): string {
  return JSON.stringify({ line: number, pointer, message });
}

/** Waits for a slow reader, so that a large file is never held as a whole. */
async function print(text: string): Promise<void> {
  if (process.stdout.write(`${text}\n`)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}
