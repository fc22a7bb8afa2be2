import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { codes, isProtocolError, ProtocolError } from "../../runtime/error.js";
import { invalid } from "../../runtime/protocol/invalid.js";
import { located } from "../../runtime/protocol/located.js";

describe("an error", () => {
  it("shows its code first, because tools often show nothing but the message", () => {
    const error = new ProtocolError("timeout", "no reply within 2000 ms");
    expect(error.message).toBe("[timeout] no reply within 2000 ms");
    expect(error.rawMessage).toBe("no reply within 2000 ms");
    expect(String(error)).toBe("ProtocolError: [timeout] no reply within 2000 ms");
  });

  it("carries where it happened and what is known about it", () => {
    const cause = new Error("why");
    const violations = [{ pointer: "/name", message: "is missing" }];
    const context = { subject: "a.b", ref: "app/events/opened", violations, serviceCode: "no_room", details: 5, cause };
    expect(new ProtocolError("command_failed", "no", context)).toMatchObject(context);
  });

  it("has no field for what is not known", () => {
    const error = new ProtocolError("internal", "oops");
    expect(Object.keys(error).toSorted()).toEqual(["code", "name", "rawMessage", "violations"]);
    expect("cause" in error).toBe(false);
  });
});

describe("what was caught becomes an error", () => {
  it("itself, when it is one already", () => {
    const error = new ProtocolError("timeout", "late");
    expect(ProtocolError.from(error, "internal")).toBe(error);
  });

  it("wrapped, with the caught value as the cause", () => {
    const cause = new TypeError("not a function");
    const error = ProtocolError.from(cause, "handler_failed", { ref: "app/events/opened" });
    expect(error).toMatchObject({ code: "handler_failed", rawMessage: "not a function", ref: "app/events/opened" });
    expect(error.cause).toBe(cause);
  });

  it.each([
    ["a text", "a text"],
    ["", "string was thrown, which is not an error"],
    [null, "null was thrown, which is not an error"],
    [undefined, "undefined was thrown, which is not an error"],
    [{ code: 5 }, "object was thrown, which is not an error"],
    [new RangeError(), "RangeError"],
  ])("%j gives a message", (reason, message) => {
    expect(ProtocolError.from(reason, "handler_failed").rawMessage).toBe(message);
  });
});

describe("an error that is given its place", () => {
  const cause = new Error("why");
  const inner = new ProtocolError("timeout", "no reply", { cause, details: { waited: 5 } });
  const outer = located(located(inner, { ref: "app/printer/print" }), { ref: "app/other", subject: "a.b" });

  it("says the place that it was given first, and all that was known", () => {
    expect(outer).toMatchObject({ code: "timeout", ref: "app/printer/print", subject: "a.b", details: { waited: 5 } });
    expect(outer.message).toBe("[timeout] no reply (app/printer/print, a.b)");
  });

  it("is printed once, with where it went wrong and why", () => {
    expect(outer.cause).toBe(cause);
    expect(inspect(outer).match(/\[timeout\]/g)).toHaveLength(1);
    expect(outer.stack).toBe(inner.stack?.replace(inner.message, outer.message));
  });

  it("is the same error when nothing is new", () => {
    expect(located(outer, { ref: "app/other", subject: "c" })).toBe(outer);
  });
});

describe("an error about a value", () => {
  const missing = { pointer: "/name", message: "is missing" };
  const unknown = { pointer: "/nme", message: 'is not a known field; did you mean "name"?' };
  const whole = { pointer: "", message: "must be an object, not 5" };

  it.each([
    [[], "the payload is not what the schema says; its sender is at fault"],
    [[whole], "the payload must be an object, not 5; its sender is at fault"],
    [[missing], "the payload: /name is missing; its sender is at fault"],
    [
      [missing, unknown],
      'the payload: /name is missing; /nme is not a known field; did you mean "name"? its sender is at fault',
    ],
    [
      [unknown, missing, whole, whole, whole],
      'the payload: /nme is not a known field; did you mean "name"? /name is missing; must be an object, not 5; and 2 more; its sender is at fault',
    ],
  ])("tells the first three things that are wrong, and how many more there are: %#", (found, message) => {
    const error = invalid(found, { what: "the payload", code: "invalid_message" });
    expect(error.rawMessage).toBe(message);
    expect(error.violations).toEqual(found);
  });
});

describe("an error is recognised", () => {
  it("by name and form, so that two copies of the package understand each other", () => {
    class ProtocolError extends Error {
      override name = "ProtocolError";
      code = "timeout";
      rawMessage = "late";
    }
    expect(isProtocolError(new ProtocolError())).toBe(true);
  });

  it.each([undefined, null, "ProtocolError", new Error("no"), { name: "ProtocolError" }])("not in %j", (value) => {
    expect(isProtocolError(value)).toBe(false);
  });
});

it.each(Object.entries(codes))("%s says what it means in sentences", (code, meaning) => {
  expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(meaning).toMatch(/^[A-Z].*\.$/);
});
