/** What nobody has recorded, each with the verdict that the reference lets one expect. */
import { readFileSync } from "node:fs";
import type { Json } from "../../runtime/value/shape.js";

interface Described {
  readonly accepted: boolean;
  readonly because: string;
  /** Where the reference says so. */
  readonly source: string;
}

/** A payload, and whether CyTube may send it. */
export interface DescribedPayload extends Described {
  readonly event: string;
  readonly payload: unknown;
}

/** A request to the robot, or a reply of its, and whether that is how one talks to it. */
export type DescribedExchange = Described & { readonly subject: string } & (
    | { readonly request: Json }
    | { readonly command: string; readonly reply: Json }
  );

/** Payloads of events. */
export const describedPayloads: readonly DescribedPayload[] = linesOf("described-payloads");

/** Requests and replies. */
export const describedExchanges: readonly DescribedExchange[] = linesOf("described-exchanges");

function linesOf<Line>(name: string): readonly Line[] {
  const text = readFileSync(`test/data/${name}.jsonl`, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line): Line => JSON.parse(line));
}
