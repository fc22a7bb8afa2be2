/** Traces: what belongs together across programs, as W3C Trace Context has it in header fields. */
import type { Headers } from "../transport/transport.js";

/** One step of a trace, such as a handler at work or a request on its way. */
export interface TraceContext {
  /** The same for all that belongs together: 32 hexadecimal digits. */
  readonly traceId: string;
  /** This step: 16 hexadecimal digits. */
  readonly spanId: string;
  /** The step that it is part of. Absent where a trace begins, and for a step of another program. */
  readonly parentId: string | undefined;
  /** Whether those before have recorded it, and those after are to. */
  readonly sampled: boolean;
  /** What tracing systems say to themselves (`tracestate`). It is carried on as it came. */
  readonly state: string | undefined;
}

const parentName = "traceparent";
const stateName = "tracestate";

const nothing = "(?!0+-)";
const parentForm = new RegExp(
  `^(?<version>(?!ff)[0-9a-f]{2})-${nothing}(?<traceId>[0-9a-f]{32})-${nothing}(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$`,
  "su",
);
/** A key and a value, of which the last character is no space. */
const stateMember = /^([a-z0-9][-a-z0-9_*/@]{0,255})=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/u;
const mostStateMembers = 32;
const sampledFlag = 1;

/**
 * The step of the sender, by the header fields of a message; nothing when there is none, or none that the standard allows.
 * Of a later version of the standard, what this one knows is read.
 */
export function readTrace(headers: Headers = {}): TraceContext | undefined {
  const [parent, ...others] = textsOf(headers, parentName);
  const { version, traceId, spanId, flags, more } = parentForm.exec(parent ?? "")?.groups ?? {};
  if (traceId === undefined || spanId === undefined || flags === undefined || others.length > 0) return undefined;
  if (version === "00" && more !== undefined) return undefined;
  const sampled = (Number.parseInt(flags, 16) & sampledFlag) !== 0;
  return { traceId, spanId, parentId: undefined, sampled, state: readState(textsOf(headers, stateName)) };
}

/** A new trace. */
export function newTrace(sampled: boolean): TraceContext {
  return { traceId: randomDigits(16), spanId: randomDigits(8), parentId: undefined, sampled, state: undefined };
}

/** A step that is part of another. */
export function childOf(trace: TraceContext): TraceContext {
  return { ...trace, spanId: randomDigits(8), parentId: trace.spanId };
}

/** The header fields that tell others of a step. */
export function traceHeaders({ traceId, spanId, sampled, state }: TraceContext): Headers {
  const parent = `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
  return state === undefined ? { [parentName]: parent } : { [parentName]: parent, [stateName]: state };
}

/** Whether a header field tells of a trace. */
export function isOfTrace(name: string): boolean {
  return [parentName, stateName].includes(name.toLowerCase());
}

/** What log lines say of a step. */
export function traceFields(trace: TraceContext | undefined): Readonly<Record<string, string>> {
  return trace === undefined ? {} : { trace_id: trace.traceId, span_id: trace.spanId };
}

/** The texts of a header field, whose name may be in upper or lower case. */
function textsOf(headers: Headers, name: string): readonly string[] {
  return Object.entries(headers).flatMap(([each, text]) => (each.toLowerCase() === name ? [text] : []));
}

function readState(texts: readonly string[]): string | undefined {
  const members = texts.flatMap((text) => text.split(",")).map((member) => member.replace(/^[ \t]+|[ \t]+$/gu, ""));
  const said = members.filter((member) => member !== "");
  const keys = said.map((member) => stateMember.exec(member)?.[1]);
  const isRight = !keys.includes(undefined) && new Set(keys).size === keys.length && members.length <= mostStateMembers;
  return isRight && said.length > 0 ? said.join(",") : undefined;
}

/** Random bytes in hexadecimal digits, not all of them zero. */
function randomDigits(bytes: number): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  const text = digits.join("");
  return /[^0]/u.test(text) ? text : randomDigits(bytes);
}
