import { expect, it } from "vitest";
import { filesBelow, findings } from "../support/source.js";

const source = filesBelow(["codegen", "runtime"], [".ts", ".hbs", ".py"]);

it("neither the generator nor the runtime names a protocol that it is used for", () => {
  const protocols = /(?<!\w)(?:(?!kryten-sdk|kryten_sdk)kryten|cytube|robot|kissbot|odyssey)\w*/gi;
  expect(findings(source, ({ text }) => text.match(protocols) ?? [])).toEqual([]);
});

it("nor a message", () => {
  const names = filesBelow(["schema"], [".json"])
    .map(({ path }) => /\/(?:events|commands|lifecycle|state)\/(?:.*\/)?([^/]+)\.json$/.exec(path)?.[1] ?? "")
    // Names of one plain word are also words of the language.
    .filter((name) => /[a-z][A-Z]|[._]/.test(name));
  expect(names.length).toBeGreaterThan(20);
  const messages = new RegExp(`(?<![\\w/])(?:${names.map((name) => name.replaceAll(".", "\\.")).join("|")})\\b`, "g");
  expect(findings(source, ({ text }) => text.match(messages) ?? [])).toEqual([]);
});
