import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childOf, newTrace, readTrace, traceHeaders } from "../../runtime/observe/trace.js";

const digits = "0123456789abcdef";
const runs = { numRuns: 5_000 };

function hexadecimal(length: number) {
  return fc.string({ unit: fc.constantFrom(...digits), minLength: length, maxLength: length });
}

/** What the standard says of a `traceparent`, position by position. */
function isAllowed(text: string): boolean {
  const dashes = [2, 35, 52].every((position) => text[position] === "-");
  const fields = [text.slice(0, 2), text.slice(3, 35), text.slice(36, 52), text.slice(53, 55)];
  const areDigits = fields.every((field) => [...field].every((character) => digits.includes(character)));
  const [version, traceId, spanId] = fields;
  if (text.length < 55 || !dashes || !areDigits || version === "ff") return false;
  if (traceId === "0".repeat(32) || spanId === "0".repeat(16)) return false;
  return text.length === 55 || (version !== "00" && text[55] === "-");
}

const parent = fc
  .tuple(
    fc.oneof(fc.constant("00"), hexadecimal(2)),
    fc.oneof(hexadecimal(32), fc.constant("0".repeat(32))),
    fc.oneof(hexadecimal(16), fc.constant("0".repeat(16))),
    hexadecimal(2),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant("") },
      fc.string().map((more) => `-${more}`),
    ),
  )
  .map(([version, traceId, spanId, flags, more]) => `${version}-${traceId}-${spanId}-${flags}${more}`);

/** The same with one character changed, added or left out. */
const mutated = fc
  .tuple(parent, fc.nat(60), fc.oneof(fc.constantFrom("", "-", "0", "A", "g", " ", "\n"), fc.string({ maxLength: 2 })))
  .map(([text, position, other]) => text.slice(0, position) + other + text.slice(position + 1));

const member = fc
  .tuple(fc.stringMatching(/^[a-z0-9][-a-z0-9_*/@]{0,20}$/), fc.stringMatching(/^[ -+\--<>-~]{0,20}[!-+\--<>-~]$/))
  .map(([key, value]) => `${key}=${value}`);
const members = fc.uniqueArray(member, {
  minLength: 1,
  maxLength: 32,
  selector: (each) => each.split("=")[0],
});

const example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

describe("traceparent", () => {
  it("is read when the standard allows it, and only then", () => {
    fc.assert(
      fc.property(fc.oneof(parent, mutated, fc.string()), (text) => {
        expect(readTrace({ traceparent: text }) !== undefined).toBe(isAllowed(text));
      }),
      runs,
    );
  });

  it("has its ids where the standard has them, and of its flags the one for sampling", () => {
    fc.assert(
      fc.property(parent.filter(isAllowed), (text) => {
        expect(readTrace({ traceparent: text })).toEqual({
          traceId: text.slice(3, 35),
          spanId: text.slice(36, 52),
          parentId: undefined,
          sampled: Number.parseInt(text.slice(53, 55), 16) % 2 === 1,
          state: undefined,
        });
      }),
      runs,
    );
  });

  it("is written so that it is read as it was, whatever version it came in", () => {
    fc.assert(
      fc.property(parent.filter(isAllowed), members, (text, state) => {
        const trace = readTrace({ traceparent: text, tracestate: state.join(",") });
        const headers = trace && traceHeaders(trace);
        expect(headers).toEqual({
          traceparent: `00-${text.slice(3, 52)}-0${Number.parseInt(text.slice(53, 55), 16) % 2}`,
          tracestate: state.join(","),
        });
        expect(readTrace(headers)).toEqual(trace);
      }),
      runs,
    );
  });

  it.each(["traceparent", "Traceparent", "TRACEPARENT", "traceParent"])("may be called %s", (name) => {
    expect(readTrace({ [name]: example })?.sampled).toBe(true);
  });

  it("counts for nothing when it is there twice", () => {
    expect(readTrace({ traceparent: example, Traceparent: example })).toBeUndefined();
    expect(readTrace({})).toBeUndefined();
    expect(readTrace(undefined)).toBeUndefined();
  });
});

describe("tracestate", () => {
  const stateOf = (...texts: string[]) =>
    readTrace({
      traceparent: example,
      ...Object.fromEntries(texts.map((text, at) => [at ? "Tracestate" : "tracestate", text])),
    })?.state;

  it("is carried on as it is, but for the space around its members and those that say nothing", () => {
    fc.assert(
      fc.property(members, fc.array(fc.constantFrom("", " ", "\t", ", ,"), { maxLength: 3 }), (each, spaces) => {
        const spaced = each.flatMap((one, at) => [
          at < spaces.length ? `${spaces[at]?.replaceAll(",", "")}${one} ` : one,
        ]);
        expect(stateOf(spaced.join(","))).toBe(each.join(","));
      }),
      runs,
    );
    expect(stateOf("a=1,, \t,b=2,")).toBe("a=1,b=2");
    expect(stateOf("a=1", "b=2")).toBe("a=1,b=2");
  });

  it.each([
    "",
    " ",
    ",",
    "a",
    "a=",
    "=1",
    "A=1",
    "-a=1",
    "a=1,a=2",
    "a=b=c",
    "a=\u00e9",
    "a=1;b\u007f",
    `${"k".repeat(257)}=1`,
    `a=${"v".repeat(257)}`,
    Array.from({ length: 33 }, (_, at) => `k${at}=1`).join(","),
  ])("%j is left out, and takes nothing from the trace", (text) => {
    expect(stateOf(text)).toBeUndefined();
    expect(readTrace({ traceparent: example, tracestate: text })?.traceId).toBe(example.slice(3, 35));
  });

  it("is not looked at without a traceparent", () => {
    expect(readTrace({ tracestate: "a=1" })).toBeUndefined();
  });

  it("is never misread, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const state = stateOf(text);
        if (state !== undefined) expect(stateOf(state)).toBe(state);
      }),
      runs,
    );
  });
});

describe("a new trace", () => {
  it("has ids of its own that the standard allows, and its children have their own in turn", () => {
    const traces = Array.from({ length: 1000 }, () => newTrace(false));
    for (const trace of traces) {
      expect(isAllowed(traceHeaders(trace)["traceparent"] ?? "")).toBe(true);
      const child = childOf(trace);
      expect(child).toEqual({ ...trace, spanId: child.spanId, parentId: trace.spanId });
      expect(isAllowed(traceHeaders(child)["traceparent"] ?? "")).toBe(true);
    }
    expect(new Set(traces.map(({ traceId }) => traceId)).size).toBe(1000);
    expect(new Set(traces.map(({ spanId }) => spanId)).size).toBe(1000);
  });
});
