/** The generated test vectors, and whoever has an opinion on them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { UnknownFields } from "../../runtime/value/shape.js";

/** The vectors of one payload. */
export interface PayloadVectors {
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
export type Judge = (payload: PayloadVectors) => (value: unknown, fields: UnknownFields) => boolean;

/** The names of the protocols that were generated. The Python project of all of them is none. */
export const protocols: readonly string[] = readdirSync("generated", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "python")
  .map((entry) => entry.name);

/** All vectors of a protocol's payloads. */
export function readVectors(protocol: string): readonly PayloadVectors[] {
  const folder = join("generated", protocol, "vectors", "payloads");
  return readdirSync(folder)
    .sort()
    .flatMap((file) => payloadsIn(readFileSync(join(folder, file), "utf8")));
}

/** What a file of vectors holds. */
export function payloadsIn(text: string): readonly PayloadVectors[] {
  const { payloads } = JSON.parse(text) as { readonly payloads: readonly PayloadVectors[] };
  return payloads;
}

/** The bundled JSON Schema of a payload. */
export function readJsonSchema({ ref }: Pick<PayloadVectors, "ref">): object {
  const [protocol = "", ...path] = ref.split("/");
  return JSON.parse(readFileSync(`${join("generated", protocol, "json-schema", ...path)}.json`, "utf8")) as object;
}

/**
 * The vectors that a judge sees otherwise than they are meant, as texts.
 *
 * @param policies the policies on unknown fields that the judge knows
 */
export function disagreements(
  payloads: readonly PayloadVectors[],
  judge: Judge,
  policies: readonly UnknownFields[] = ["tolerate", "refuse"],
): readonly string[] {
  return payloads.flatMap((payload) => {
    const accepts = judge(payload);
    return policies.flatMap((fields) => {
      const expected = [
        ...payload.valid.map((vector) => ({ vector, accepted: true })),
        ...payload.invalid.map((vector) => ({ vector, accepted: false })),
        ...payload.unknownFields.map((vector) => ({ vector, accepted: fields === "tolerate" })),
      ];
      return expected
        .filter(({ vector, accepted }) => accepts(vector.value, fields) !== accepted)
        .map(({ vector: { why, value }, accepted }) => {
          return `${payload.ref}, ${fields}: ${accepted ? "refused" : "accepted"} ${why}: ${JSON.stringify(value)}`;
        });
    });
  });
}
