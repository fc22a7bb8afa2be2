/** Messages that are nearly right, or nothing of the kind: what fast-check makes of a good one. */
import fc from "fast-check";
import { bytes } from "../../support/brokers.js";
import { mutationsOf } from "../../support/mutations.js";

/** One message of many. */
export interface Garbage {
  readonly data: Uint8Array;
  readonly headers: Uint8Array | undefined;
  /** The last token of a subject, where that may be any. */
  readonly token: string;
}

/** Texts that are put where a value, a key or a bracket stood. Not all are JSON. */
const pieces: readonly string[] = [
  ...["", "null", "true", "[]", "{}", '""', "0", "-0", "-1", "0.1", "1e308", "1e999", "-1e999", "12345678901234567890"],
  ...["NaN", "undefined", "'", '"', "\\", "\\u0000", '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\ufeff"'],
  ...[
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '"hasOwnProperty"',
    '{"__proto__":{"polluted":1}}',
    '{"toString":1}',
  ],
  ...['"../../etc"', '"a b"', '"*"', '">"', '"."', '"a.b"', '"\\r\\nPUB x 0\\r\\n"', '"2026-13-45T99:99:99Z"'],
  ...['"success":false,', '"command":"ping",', '"success":true,"success":false,', '"payload":1,', '"station":"Kiel",'],
  "[".repeat(200) + "]".repeat(200),
  `${'{"a":'.repeat(150)}1${"}".repeat(150)}`,
  JSON.stringify("x".repeat(10_000)),
  JSON.stringify(Array.from({ length: 1000 }, (_, index) => index)),
];

const token = /"(?:[^"\\]|\\.)*"|[-+.\deE]+|[a-z]+|[[\]{},:]/gu;

/** A value with one thing wrong with it. */
function changedValue(good: unknown): fc.Arbitrary<Uint8Array> {
  const mutations = [...mutationsOf(good)];
  return fc.constantFrom(...mutations).map(({ value }) => bytes(JSON.stringify(value) ?? ""));
}

/** A text in which tokens are replaced, dropped or doubled. */
function changedText(good: unknown): fc.Arbitrary<Uint8Array> {
  const tokens = JSON.stringify(good).match(token) ?? [];
  const change = fc.record({
    at: fc.nat(tokens.length - 1),
    piece: fc.oneof(fc.constantFrom(...pieces), fc.json({ maxDepth: 3 })),
    instead: fc.boolean(),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const changed: string[] = [...tokens];
    for (const { at, piece, instead } of changes) changed[at] = instead ? piece : `${piece}${changed[at]}`;
    return bytes(changed.join(""));
  });
}

/** Bytes that are cut, filled up, or not UTF-8. */
function changedBytes(good: unknown): fc.Arbitrary<Uint8Array> {
  const whole = bytes(JSON.stringify(good));
  const at = fc.nat(whole.length);
  const some = fc.uint8Array({ maxLength: 8 });
  return fc.oneof(
    at.map((end) => whole.slice(0, end)),
    fc.tuple(at, some).map(([start, extra]) => Buffer.concat([whole.slice(0, start), extra, whole.slice(start)])),
    fc
      .tuple(at, some)
      .map(([start, other]) => Buffer.concat([whole.slice(0, start), other, whole.slice(start + other.length)])),
    fc.constantFrom(
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), whole]),
      Buffer.from(JSON.stringify(good), "utf16le"),
      Buffer.concat([whole, whole]),
      new Uint8Array(0),
    ),
  );
}

/** More than a client takes, and as much nesting as fits. Each takes as long as a hundred others. */
const huge = fc.constantFrom(
  bytes(JSON.stringify("x".repeat(1_100_000))),
  bytes("[".repeat(200_000)),
  bytes(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`),
  bytes(JSON.stringify(Array.from({ length: 100_000 }, () => ({})))),
);

const name = fc.oneof(
  fc.constantFrom("traceparent", "tracestate", "Nats-Service-Error", "Nats-Service-Error-Code", "Nats-Msg-Id"),
  fc.constantFrom(
    "Deadline",
    "Nats-Expected-Last-Sequence",
    "KV-Operation",
    "Nats-Rollup",
    "__proto__",
    "bad name",
    "",
  ),
  fc.string({ maxLength: 8 }),
);
const value = fc.oneof(
  fc.constantFrom(
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-0-0-00",
    "ff",
    "-1",
    "1e999",
    "DEL",
    "sub",
  ),
  fc.string({ maxLength: 40, unit: "binary" }),
);
const status = fc.oneof(
  fc.constantFrom(
    "NATS/1.0",
    "NATS/1.0 503",
    "NATS/1.0 503 No Responders",
    "NATS/1.0 100 Idle Heartbeat",
    "NATS/1.0 409",
    "",
  ),
  fc.tuple(fc.integer(), fc.string()).map(([code, text]) => `NATS/1.0 ${code} ${text}`),
);
const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(status, fc.array(fc.tuple(name, value), { maxLength: 4 }))
      .map(([first, fields]) => bytes([first, ...fields.map(([key, text]) => `${key}: ${text}`), "", ""].join("\r\n"))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
);

const lastToken = fc.oneof(
  fc.constantFrom(
    "surprise",
    "__proto__",
    "constructor",
    "reading",
    "READING",
    "a*b",
    "$SYS",
    "\u{1F30A}",
    "x".repeat(1000),
  ),
  fc
    .string({ minLength: 1, maxLength: 12, unit: "binary" })
    .map((text) => text.replaceAll(/[\s.*>]|\p{Surrogate}/gu, "_")),
);

/** Mutations of good messages. */
export function garbageOf(good: readonly unknown[]): fc.Arbitrary<Garbage> {
  const data = fc
    .constantFrom(...good)
    .chain((each) =>
      fc.oneof(
        { weight: 60, arbitrary: changedValue(each) },
        { weight: 80, arbitrary: changedText(each) },
        { weight: 50, arbitrary: changedBytes(each) },
        { weight: 10, arbitrary: fc.json().map(bytes) },
        { weight: 10, arbitrary: fc.uint8Array({ maxLength: 100 }) },
        { weight: 1, arbitrary: huge },
      ),
    );
  return fc.record({ data, headers, token: lastToken });
}
