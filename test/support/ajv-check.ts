/** The verdict of an independent validator: ajv, on a bundled JSON Schema. */
import { Ajv2020 } from "ajv/dist/2020.js";

// Formats are left to their patterns, as the standard has it; only fields of the value itself count.
const ajv = new Ajv2020({ strict: true, ownProperties: true, validateFormats: false });

/** Compiles a schema. */
export function ajvCheck(schema: object): (value: unknown) => boolean {
  const validate = ajv.compile(schema);
  return (value) => validate(value) === true;
}
