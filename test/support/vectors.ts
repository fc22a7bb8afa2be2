/** The generated test vectors, and whoever has an opinion on them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { UnknownFields } from "../../runtime/shape.js";

/** The vectors of one payload. */
export interface VectorFile {
  /** Of the type, in the generated code. */
  readonly type: string;
  readonly ref: string;
  readonly valid: readonly Vector[];
  readonly invalid: readonly Vector[];
  /** Let through by readers, refused by writers. */
  readonly unknownFields: readonly Vector[];
}

/** One value. */
export interface Vector {
  readonly why: string;
  readonly pointer?: string;
  readonly value: unknown;
}

/** Says whether values of a payload are accepted. */
export type Judge = (file: VectorFile) => (value: unknown, fields: UnknownFields) => boolean;

/** The names of the protocols that were generated. */
export const protocols: readonly string[] = readdirSync("generated", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** All vectors of a protocol's payloads. */
export function readVectors(protocol: string): readonly VectorFile[] {
  const folder = join("generated", protocol, "vectors");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json") && path !== "subjects.json")
    .sort()
    .map((path) => JSON.parse(readFileSync(join(folder, path), "utf8")) as VectorFile);
}

/** The bundled JSON Schema of a payload. */
export function readJsonSchema({ ref }: Pick<VectorFile, "ref">): object {
  const [protocol = "", ...path] = ref.split("/");
  return JSON.parse(readFileSync(`${join("generated", protocol, "json-schema", ...path)}.json`, "utf8")) as object;
}

/**
 * The vectors that a judge sees otherwise than they are meant, as texts.
 *
 * @param policies the policies on unknown fields that the judge knows
 */
export function disagreements(
  files: readonly VectorFile[],
  judge: Judge,
  policies: readonly UnknownFields[] = ["tolerate", "refuse"],
): readonly string[] {
  return files.flatMap((file) => {
    const accepts = judge(file);
    return policies.flatMap((fields) => {
      const expected = [
        ...file.valid.map((vector) => ({ vector, accepted: true })),
        ...file.invalid.map((vector) => ({ vector, accepted: false })),
        ...file.unknownFields.map((vector) => ({ vector, accepted: fields === "tolerate" })),
      ];
      return expected
        .filter(({ vector, accepted }) => accepts(vector.value, fields) !== accepted)
        .map(({ vector: { why, value }, accepted }) => {
          return `${file.ref}, ${fields}: ${accepted ? "refused" : "accepted"} ${why}: ${JSON.stringify(value)}`;
        });
    });
  });
}
