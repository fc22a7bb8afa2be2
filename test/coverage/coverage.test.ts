import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { catalogOfProtocol } from "../support/protocol-catalog.js";
import { coverageOf, coveragePage } from "./page.js";

describe("the coverage of the protocol", async () => {
  const catalog = await catalogOfProtocol("kryten");
  const messages = coverageOf(catalog);
  const refs = (selected: typeof messages) => selected.map(({ ref }) => ref);

  it("is what docs/coverage.md says; else run make coverage", () => {
    expect(readFileSync("docs/coverage.md", "utf8")).toBe(coveragePage(catalog));
  });

  it("leaves no message and no field undescribed", () => {
    expect(refs(messages.filter(({ isDescribed }) => !isDescribed))).toEqual([]);
  });

  it("has an example of every event, command and lifecycle message", () => {
    const lacking = messages.filter(({ hasExample, group }) => !hasExample && group !== "state");
    expect(refs(lacking)).toEqual([]);
  });

  it("has every event that was recorded, and most commands that were", () => {
    const verified = (group: string) =>
      messages.filter((message) => message.group === group && message.evidence.total > 0);
    expect(verified("events")).toHaveLength(65);
    expect(verified("service robot").length).toBeGreaterThan(50);
  });

  it("has as many names of commands as services take", () => {
    const names = (service: string) =>
      messages.filter(({ group }) => group === `service ${service}`).reduce((sum, message) => sum + message.names, 0);
    expect(["robot", "userstats", "economy", "llm", "moderator", "playlist"].map(names)).toEqual([
      84, 26, 38, 15, 11, 5,
    ]);
  });
});
