import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { companionNames } from "../../codegen/catalog/naming.js";
import { ProtocolError } from "../../runtime/error.js";
import type { Protocol } from "../../runtime/protocol/message.js";
import { compileSubject } from "../../runtime/protocol/subject.js";
import { toToken } from "../../runtime/protocol/token.js";
import type { Check, Shape } from "../../runtime/value/shape.js";
import { violations } from "../../runtime/value/violation.js";
import { ajvCheck } from "../support/ajv-check.js";
import {
  disagreements,
  type Judge,
  type PayloadVectors,
  protocols,
  readJsonSchema,
  readVectors,
} from "../support/vectors.js";

/** What a generated module exports under a name. */
function exported<T>(module: Readonly<Record<string, unknown>>, name: string): T {
  if (!Object.hasOwn(module, name)) throw new Error(`${name} was not generated`);
  return module[name] as T;
}

describe.each(protocols)("the vectors of %s", async (protocol) => {
  const payloads = readVectors(protocol);
  const validators = await import(`../../generated/${protocol}/validators.ts`);
  const shapes = await import(`../../generated/${protocol}/shapes.ts`);

  const compiled: Judge = ({ type }) => exported<Check<unknown>>(validators, companionNames.check(type));
  const walked: Judge = ({ type }) => {
    const shape = exported<Shape>(shapes, companionNames.shape(type));
    return (value, fields) => violations(shape, value, fields).length === 0;
  };
  const independent: Judge = (payload) => ajvCheck(readJsonSchema(payload));

  it("say yes and no to every payload", () => {
    const lacking = (list: "valid" | "invalid") =>
      payloads.filter((payload) => payload[list].length === 0).map(({ ref }) => ref);
    const free = payloads.filter(({ type }) => exported<Shape>(shapes, companionNames.shape(type)).kind === "any");
    expect(payloads.length).toBeGreaterThan(0);
    expect(lacking("valid")).toEqual([]);
    expect(lacking("invalid")).toEqual(free.map(({ ref }) => ref));
  });

  it("have the stated verdict of the compiled validators", () => {
    expect(disagreements(payloads, compiled)).toEqual([]);
  });

  it("have the stated verdict of the walk that says why", () => {
    expect(disagreements(payloads, walked)).toEqual([]);
  });

  it("have the stated verdict of ajv on the bundled JSON Schemas, as far as readers go", () => {
    expect(disagreements(payloads, independent, ["tolerate"])).toEqual([]);
  });

  it("are seen otherwise by a validator that lets everything through", () => {
    const everything: Judge = () => () => true;
    const refused = payloads.reduce(
      (sum, { invalid, unknownFields }) => sum + 2 * invalid.length + unknownFields.length,
      0,
    );
    expect(disagreements(payloads, everything)).toHaveLength(refused);
    expect(refused).toBeGreaterThan(payloads.length);
  });

  it("are seen otherwise by a validator that forgets one required field", () => {
    const [payload] = payloads.filter(({ invalid }) =>
      invalid.some(({ why }) => why === "a required field is missing"),
    );
    if (payload === undefined) throw new Error("no payload has a required field");
    const forgetful: Judge = (payload: PayloadVectors) => {
      const check = compiled(payload);
      const forgotten = payload.invalid.find(({ why }) => why === "a required field is missing");
      return (value, fields) => check(value, fields) || value === forgotten?.value;
    };
    expect(disagreements([payload], forgetful)).toHaveLength(2);
  });

  it("say where each refused value is wrong, as the walk does", () => {
    const elsewhere = payloads.flatMap(({ type, ref, invalid, unknownFields }) => {
      const shape = exported<Shape>(shapes, companionNames.shape(type));
      return [...invalid, ...unknownFields].flatMap(({ pointer = "", value }) => {
        const found = violations(shape, value, "refuse").map((violation) => violation.pointer);
        return found.includes(pointer) ? [] : [`${ref}: ${pointer} is not among ${found.join(", ")}`];
      });
    });
    expect(elsewhere).toEqual([]);
  });
});

interface SubjectVectors {
  readonly tokens: readonly { readonly token: string; readonly text: string; readonly becomes: string | null }[];
  readonly subjects: readonly {
    readonly ref: string;
    readonly template: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly subject: string | null;
    readonly parsed: Readonly<Record<string, string>> | null;
  }[];
}

/** What is made, or null when it is refused as a subject. */
function outcome(make: () => string): string | null {
  try {
    return make();
  } catch (reason) {
    if (reason instanceof ProtocolError && reason.code === "invalid_subject") return null;
    throw reason;
  }
}

describe.each(protocols)("the subject vectors of %s", async (name) => {
  const vectors: SubjectVectors = JSON.parse(readFileSync(`generated/${name}/vectors/subjects.json`, "utf8"));
  const module: Readonly<Record<string, unknown>> = await import(`../../generated/${name}/messages.ts`);
  const protocol = exported<Protocol>(module, name);

  it("are those that tokens become", () => {
    const actual = vectors.tokens.map(({ token, text }) => {
      const rule = protocol.tokens[token];
      if (rule === undefined) throw new Error(`there is no token ${token}`);
      return { token, text, becomes: outcome(() => toToken(text, rule, token)) };
    });
    expect(actual).toEqual(vectors.tokens);
  });

  it("are those that parameters build, and that are read back", () => {
    const actual = vectors.subjects.map((vector) => {
      const compiled = compileSubject(vector.template, protocol.tokens);
      const subject = outcome(() => compiled.build(vector.parameters));
      return { ...vector, subject, parsed: subject === null ? null : (compiled.match(subject) ?? null) };
    });
    expect(actual).toEqual(vectors.subjects);
    expect(vectors.subjects.some(({ subject }) => subject === null)).toBe(true);
  });
});
