/** What TypeScript makes of values: the compiled validators, and ajv on the bundled JSON Schemas. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { companionNames } from "../../codegen/catalog/naming.js";
import { ProtocolError } from "../../runtime/error.js";
import { decode } from "../../runtime/protocol/codec.js";
import type { Check } from "../../runtime/value/shape.js";
import { ajvCheck } from "../support/ajv-check.js";
import { readJsonSchema } from "../support/vectors.js";
import type { Subject } from "./values.js";
import { reader, schema, type Verdict, writer } from "./verdict.js";

/**
 * What judges the values of a payload.
 *
 * @param defect the judge of the two that is to have a defect
 */
export async function typescriptJudge(
  { protocol, type, ref }: Subject,
  defect?: "validator" | "ajv",
): Promise<(data: Uint8Array) => Verdict> {
  const validators: Readonly<Record<string, unknown>> = await import(`../../generated/${protocol}/validators.ts`);
  const compiled = validators[companionNames.check(type)] as Check<unknown>;
  const check = defect === "validator" ? (careless(compiled) as Check<unknown>) : compiled;
  const isValid = (defect === "ajv" ? coercing : ajvCheck)(readJsonSchema({ ref }));
  return (data) => {
    const value = decoded(data);
    if (value === undefined) return 0;
    return (
      (check(value, "tolerate") ? reader : 0) | (check(value, "refuse") ? writer : 0) | (isValid(value) ? schema : 0)
    );
  };
}

/** No JSON is `undefined`, so that stands for what is no JSON. */
function decoded(data: Uint8Array): unknown {
  try {
    return decode(data, Number.POSITIVE_INFINITY);
  } catch (reason) {
    if (reason instanceof ProtocolError) return undefined;
    throw reason;
  }
}

/** A defect: a text of digits passes for a number. */
function careless(check: Check<unknown>): (...args: Parameters<Check<unknown>>) => boolean {
  const isDigits = (value: unknown): value is string => typeof value === "string" && /^[0-9]+$/.test(value);
  const numbered = (_: string, value: unknown) => (isDigits(value) ? Number(value) : value);
  return (value, fields) => check(value, fields) || check(JSON.parse(JSON.stringify(value), numbered), fields);
}

/** A defect that is an option of ajv: values become what the schema asks for, where they can. */
function coercing(schema: object): (value: unknown) => boolean {
  const validate = new Ajv2020({ coerceTypes: true, strict: false, validateFormats: false }).compile(schema);
  return (value) => validate(value) === true;
}
