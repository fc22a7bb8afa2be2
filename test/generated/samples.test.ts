import { describe, expect, it } from "vitest";
import { companionNames } from "../../codegen/catalog/naming.js";
import type { Check } from "../../runtime/value/shape.js";
import { protocols } from "../support/vectors.js";

type Exports = Readonly<Record<string, unknown>>;
type Factory = (overrides?: object) => unknown;

describe.each(protocols)("the samples of %s", async (protocol) => {
  const samples: Exports = await import(`../../generated/${protocol}/samples.ts`);
  const validators: Exports = await import(`../../generated/${protocol}/validators.ts`);
  const types = Object.keys(samples).map((name) => name.slice(companionNames.sample("").length));
  const make = (type: string): unknown => (samples[companionNames.sample(type)] as Factory)();

  it("are there for every type that can be checked", () => {
    const checked = Object.keys(validators).filter((name) => !name.includes("$"));
    expect(types.map(companionNames.check).sort()).toEqual(checked.sort());
  });

  it("are accepted by readers and writers", () => {
    const refused = types.filter((type) => {
      const check = validators[companionNames.check(type)] as Check<unknown>;
      return !check(make(type), "refuse") || !check(make(type), "tolerate");
    });
    expect(refused).toEqual([]);
  });

  it("are new each time, so that a test may change them", () => {
    const isObject = (value: unknown) => typeof value === "object" && value !== null;
    const shared = types.filter((type) => {
      const [first, second] = [make(type), make(type)];
      return isObject(first) && first === second;
    });
    expect(shared).toEqual([]);
  });
});
