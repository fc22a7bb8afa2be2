import { describe, expect, it } from "vitest";
import { argumentsOf, readArguments } from "../../codegen/call/arguments.js";
import { findCommand } from "../../codegen/call/find-command.js";
import { protocolOfServices } from "../../codegen/call/services.js";
import { valueOfTexts } from "../../codegen/call/text-value.js";
import { callForm } from "../../codegen/commands/call-form.js";
import { kryten } from "../../generated/index.js";
import type { Shape } from "../../runtime/value/shape.js";
import { catalogOfProtocol } from "../support/protocol-catalog.js";

const text: Shape = { kind: "string" };
const number: Shape = { kind: "number", integer: false };
const whole: Shape = { kind: "number", integer: true };
const nothing: Shape = { kind: "null" };
const yesOrNo: Shape = { kind: "boolean" };
const union = (...members: Shape[]): Shape => ({ kind: "union", members });
const listOf = (items: Shape): Shape => ({ kind: "array", items });
const object = (name: string, shape: Shape): Shape => ({
  kind: "object",
  properties: [{ name, required: true, shape }],
  rest: { kind: "unknown" },
});

describe("a text becomes what the shape takes", () => {
  it.each<[text: string, shape: Shape, value: unknown]>([
    ["5", text, "5"],
    ["5", number, 5],
    ["-1.5e3", number, -1500],
    ["5", union(number, text), 5],
    ["007", union(number, text), "007"],
    ["12345678901234567890", union(number, text), "12345678901234567890"],
    ["007", whole, "007"],
    ["true", yesOrNo, true],
    ["true", text, "true"],
    ["yes", yesOrNo, "yes"],
    ["null", union(text, nothing), null],
    ["null", text, "null"],
    ['"quoted"', text, '"quoted"'],
    ["7", { kind: "enum", values: [7, 8], open: false }, 7],
    ["b", { kind: "enum", values: ["a", "b"], open: false }, "b"],
    ['{"a":1}', object("a", number), { a: 1 }],
    ['{"a":1}', text, '{"a":1}'],
    ['{"a"', object("a", number), '{"a"'],
    ["[1]", listOf(number), [1]],
    ["1", listOf(number), [1]],
    ["", text, ""],
    ['{"b":2}', { kind: "any" }, { b: 2 }],
    ["plain", { kind: "any" }, "plain"],
  ])("%j", (given, shape, value) => {
    expect(valueOfTexts([given], shape)).toEqual(value);
  });

  it("several texts become a list, and nothing else", () => {
    expect(valueOfTexts(["1", "x"], listOf(union(number, text)))).toEqual([1, "x"]);
    expect(valueOfTexts(["1", "2"], union(listOf(number), nothing))).toEqual([1, 2]);
    expect(valueOfTexts(["1", "2"], number)).toBeUndefined();
  });
});

describe("an argument is an option", () => {
  it("in kebab case, and out of the way of others", () => {
    const shape: Shape = {
      kind: "object",
      properties: ["requested_by", "maxUsers", "json", "json_", "URL"].map((name) => ({
        name,
        required: false,
        shape: text,
      })),
      rest: { kind: "unknown" },
    };
    expect(argumentsOf(shape, ["json"]).map(({ flag }) => flag)).toEqual([
      "requested-by",
      "max-users",
      "arg-json",
      "json-",
      "url",
    ]);
  });

  it("that is given once, unless it is a list", () => {
    const shape = object("pos", number);
    const given = { whole: {}, texts: new Map([["pos", ["1", "2"]]]) };
    expect(readArguments(shape, argumentsOf(shape, []), given).faults).toEqual(["--pos is given more than once"]);
  });

  it("and what is wrong inside of it, or beside it, is told with its place", () => {
    const shape = object("a/b", object("c", number));
    const known = argumentsOf(shape, []);
    const texts = new Map([["a/b", ['{"c":"x"}']]]);
    expect(readArguments(shape, known, { whole: { other: 1 }, texts }).faults).toEqual([
      '--a-b at /c must be a number, not "x"',
      expect.stringMatching(/^\/other is not a known field/),
    ]);
    expect(readArguments(shape, known, { whole: [1], texts: new Map() }).faults).toEqual([
      "the whole must be an object, not an array",
    ]);
  });

  it("may be spelt as the schema spells it, and a boolean stands for true", async () => {
    const found = findCommand([await catalogOfProtocol("kryten")], "kryten/robot/newPoll");
    const parsed = (...words: string[]) => {
      const form = callForm(found);
      form.parse(["--title=t", "--options", '["a"]', "--arg-timeout", "60", "--channel", "c", ...words]);
      return form.read({}, {}).args;
    };
    const poll = { title: "t", options: ["a"], timeout: 60 };
    expect(parsed()).toEqual(poll);
    expect(parsed("--obscured")).toEqual({ ...poll, obscured: true });
    expect(parsed("--obscured", "false", "--timeout", "99")).toEqual({ ...poll, obscured: false });

    const other = callForm(findCommand([await catalogOfProtocol("kryten")], "kryten/playlist/blessed_add"));
    other.parse(["--requested_by", "me", "--username=you", "--channel", "c"]);
    expect(other.read({}, {}).args).toEqual({ requested_by: "me", username: "you" });
  });
});

it("a service of the catalog says on the wire what its generated code says", async () => {
  const { services } = protocolOfServices(await catalogOfProtocol("kryten"));
  for (const [name, { commands, ...service }] of Object.entries(kryten.services)) {
    expect(services[name]).toMatchObject(service);
    for (const [method, { args, result, ...command }] of Object.entries(commands)) {
      expect(services[name]?.commands[method]).toMatchObject(command);
    }
  }
});
