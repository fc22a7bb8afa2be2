/** One run of `validate`. */
import { createReadStream } from "node:fs";
import { ProtocolError } from "../../runtime/error.js";
import { decode } from "../../runtime/protocol/codec.js";
import type { Json, UnknownFields } from "../../runtime/value/shape.js";
import type { Violation } from "../../runtime/value/violation.js";
import { CannotRun } from "../findings/cannot-run.js";
import { type Line, linesOf } from "../validate/lines.js";
import { type ValueCheck, valueCheck } from "../validate/value-check.js";
import { loadCatalogs } from "./schema-folder.js";
import type { ValidateOptions } from "./validate.js";

/**
 * Prints what is wrong with each value of a file.
 *
 * @throws CannotRun when there is nothing of that name, or the file cannot be read
 */
export async function validate(ref: string, file: string, { schema, strict, json }: ValidateOptions): Promise<void> {
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
