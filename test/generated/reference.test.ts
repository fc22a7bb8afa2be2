import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultsOf, linksIn } from "../support/markdown.js";
import { protocols } from "../support/vectors.js";

describe.each(protocols)("the reference of %s", (protocol) => {
  const folder = join("generated", protocol, "reference");
  const pages = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

  it("has links that lead somewhere, whole tables, and examples that are JSON", () => {
    expect(pages.size).toBeGreaterThan(3);
    expect([...pages.values()].flatMap(linksIn).length).toBeGreaterThan(pages.size);
    expect(faultsOf(pages)).toEqual([]);
  });
});
