import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTemplate } from "../../runtime/protocol/envelope.js";

const event = compileTemplate({
  name: "{event}",
  payload: "{payload}",
  room: "{room}",
  "at?": "{at}",
  "meta?": { "id?": "{id}", "source?": "{source}" },
});
const request = compileTemplate({ "service?": "{service}", command: "{command}", "...": "{args}" });
const reply = compileTemplate({ success: true, data: { "...": "{result}", "success?": true } });

describe("writing", () => {
  it("puts values into the holes, in the order of the template", () => {
    const body = event.write({ id: 7, payload: { a: 1 }, room: "r", event: "opened", at: 5, source: "me" });
    expect(JSON.stringify(body)).toBe(
      '{"name":"opened","payload":{"a":1},"room":"r","at":5,"meta":{"id":7,"source":"me"}}',
    );
  });

  it("leaves out an optional key that has no value, and an optional object that has nothing in it", () => {
    expect(event.write({ event: "opened", payload: null, room: "r" })).toEqual({
      name: "opened",
      payload: null,
      room: "r",
    });
  });

  it("writes an empty object that was given", () => {
    expect(compileTemplate({ "args?": "{args}" }).write({ args: {} })).toEqual({ args: {} });
  });

  it("writes null, which is a value", () => {
    expect(event.write({ event: "opened", payload: null, room: "r", at: null })).toMatchObject({
      at: null,
      payload: null,
    });
  });

  it("spreads an object among the fields beside it", () => {
    expect(request.write({ command: "open", args: { door: 1 } })).toEqual({ command: "open", door: 1 });
    expect(request.write({ command: "open" })).toEqual({ command: "open" });
  });

  it("writes what stands for itself, also under an optional key", () => {
    expect(reply.write({ result: { id: 1 } })).toEqual({ success: true, data: { id: 1, success: true } });
  });

  it("refuses a hole that has no value", () => {
    expect(() => event.write({ event: "opened", room: "r" })).toThrow(
      "[invalid_argument] envelope: there is no value for {payload}",
    );
  });

  it("refuses to spread a field that a key beside it names", () => {
    expect(() => request.write({ command: "open", args: { service: "x" } })).toThrow(
      '{args} cannot have the field "service": the envelope has one',
    );
  });

  it.each([[[1]], ["x"], [5]])("refuses to spread %j", (args) => {
    expect(() => request.write({ command: "open", args })).toThrow(
      "{args} stands among other fields, so it must be an object",
    );
  });
});

describe("reading", () => {
  it("gives the values of the holes that were there, and lets other fields through", () => {
    expect(event.read({ name: "opened", payload: [1], room: "r", unknown: 1 })).toStrictEqual({
      matched: true,
      values: { event: "opened", payload: [1], room: "r" },
    });
  });

  it("gives null where a hole holds null", () => {
    expect(event.read({ name: "opened", payload: null, room: "r", at: null })).toMatchObject({
      values: { payload: null, at: null },
    });
  });

  it("collects under a spread what no other key names", () => {
    expect(request.read({ command: "open", service: "s", a: 1, b: null })).toMatchObject({
      values: { command: "open", service: "s", args: { a: 1, b: null } },
    });
    expect(request.read({ command: "open" })).toMatchObject({ values: { args: {} } });
  });

  it.each([
    [event, null, "", "must be an object, not null"],
    [event, [], "", "must be an object, not an empty array"],
    [event, { name: "opened", room: "r" }, "/payload", "is missing"],
    [event, { name: "opened", payload: undefined, room: "r" }, "/payload", "is missing"],
    [event, { name: "opened", payload: 1, room: "r", meta: null }, "/meta", "must be an object, not null"],
    [event, { name: "opened", payload: 1, room: "r", meta: [1] }, "/meta", "must be an object, not an array"],
    [reply, { success: "true", data: {} }, "/success", 'must be true, not "true"'],
    [reply, { success: true, data: { success: false } }, "/data/success", "must be true, not false"],
    [reply, { success: true }, "/data", "is missing"],
    [compileTemplate({ "a/b": { "~": 1 } }), { "a/b": { "~": 2 } }, "/a~1b/~0", "must be 1, not 2"],
    [compileTemplate([1, "{x}"]), [1], "", "must have 2 items, not 1"],
    [compileTemplate([1, "{x}"]), { 0: 1, 1: 2, length: 2 }, "", "must be an array, not an object"],
    [compileTemplate([1, "{x}"]), [2, 2], "/0", "must be 1, not 2"],
  ])("%#: says where another form begins", (template, body, pointer, message) => {
    expect(template.read(body)).toEqual({ matched: false, violation: { pointer, message } });
  });

  it("wants equal values in all the places of a hole", () => {
    const twice = compileTemplate({ a: "{x}", "b?": "{x}" });
    expect(twice.holes).toEqual(["x"]);
    expect(twice.read({ a: { k: [1] }, b: { k: [1] } })).toMatchObject({ matched: true, values: { x: { k: [1] } } });
    expect(twice.read({ a: 1 })).toMatchObject({ matched: true });
    expect(twice.read({ a: { k: [1] }, b: { k: [2] } })).toEqual({
      matched: false,
      violation: { pointer: "/b", message: "must equal the other {x}, and is an object" },
    });
  });

  it("takes nothing that an object inherits for a field", () => {
    expect(compileTemplate({ constructor: "{x}" }).read({})).toMatchObject({ matched: false });
    expect(compileTemplate({ "toString?": "{x}" }).read({})).toEqual({ matched: true, values: {} });
  });
});

describe("hostile keys", () => {
  const body: unknown = JSON.parse('{"command":"open","__proto__":{"admin":true},"constructor":1}');

  it("are fields like any other when a spread is read", () => {
    const reading = request.read(body);
    const args = reading.matched ? reading.values.args : undefined;
    expect(JSON.stringify(args)).toBe('{"__proto__":{"admin":true},"constructor":1}');
    expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
    expect((args as { admin?: unknown }).admin).toBeUndefined();
  });

  it("and when it is written", () => {
    const written = request.write({ command: "open", args: JSON.parse('{"__proto__":{"admin":true}}') });
    expect(JSON.stringify(written)).toBe('{"command":"open","__proto__":{"admin":true}}');
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
  });
});

describe("a template is refused", () => {
  it.each([
    [JSON.parse('{"__proto__":"{x}"}'), "a key cannot be called __proto__"],
    [{ a: "{toString}" }, "a hole cannot be called toString"],
    [{ "...": "x" }, 'what follows "..." must be a hole, not "x"'],
    [{ "...": { a: 1 } }, 'what follows "..." must be a hole, not an object'],
  ])("%j: %s", (template, reason) => {
    expect(() => compileTemplate(template)).toThrow(`[invalid_argument] envelope: ${reason}`);
  });
});

it("whatever the values, reading gives back what was written", () => {
  const template = compileTemplate({
    "first?": "{first}",
    second: ["{second}", null, { "deep?": { third: "{third}" } }],
    "kind?": "x",
    rest: { "first?": "{first}", known: 1, "...": "{rest}" },
  });
  const rest = fc
    .dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), fc.jsonValue())
    .filter((fields) => !Object.hasOwn(fields, "first") && !Object.hasOwn(fields, "known"));
  const values = fc.record(
    { first: fc.jsonValue(), second: fc.jsonValue(), third: fc.jsonValue(), rest },
    { requiredKeys: ["second", "third", "rest"] },
  );
  fc.assert(
    fc.property(values, (given) => {
      const reading = template.read(JSON.parse(JSON.stringify(template.write(given))));
      expect(reading.matched && JSON.stringify(reading.values)).toBe(
        JSON.stringify({ first: given.first, second: given.second, third: given.third, rest: given.rest }),
      );
    }),
    { numRuns: 1000 },
  );
});
