import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";

// The generator takes the meta-schemas as they are, and does not compare them with anything when it runs.
const files = readdirSync("schema").filter((file) => file.endsWith(".schema.json"));

test.each(files)("%s is a JSON Schema of the draft that it names", (file) => {
  const schema = JSON.parse(readFileSync(`schema/${file}`, "utf8")) as object;
  expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
  const ajv = new Ajv2020();
  ajv.validateSchema(schema);
  expect(ajv.errors).toBeNull();
});
