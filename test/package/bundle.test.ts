import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What a bundler makes of a program that imports from the generated code. */
async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: "generated/kryten", loader: "ts" },
    bundle: true,
    format: "esm",
    minifyWhitespace: true,
    treeShaking: true,
    write: false,
  });
  return outputFiles.map((file) => file.text).join("");
}

/** The generated functions and shapes that are in a bundle. */
function generatedIn(code: string): readonly string[] {
  return [...new Set(code.match(/\b(?:is[A-Z]\w*(?:Event|Args|Result|Message|State)|\w+Shape)\b/gu))].sort();
}

test("a program that imports one message bundles no other message", async () => {
  const code = await bundle('import { usercount } from "./messages.js"; console.log(usercount);');
  expect(generatedIn(code)).toEqual(["UsercountEventShape", "isUsercountEvent"]);
});

test("a message brings along the types it is made of", async () => {
  const code = await bundle('import { addUser } from "./messages.js"; console.log(addUser);');
  expect(code).toContain("isUserMeta");
  expect(generatedIn(code)).toEqual([
    "AddUserEventShape",
    "ProfileShape",
    "RankShape",
    "UserMetaShape",
    "UserShape",
    "isAddUserEvent",
  ]);
});

test("a protocol of a few messages, made of the protocol's own tables, bundles those alone", async () => {
  const code = await bundle(`
    import { krytenAddress, krytenDialects, krytenEnvelopes, krytenTokens, usercount } from "./messages.js";
    console.log({ krytenAddress, krytenDialects, krytenEnvelopes, krytenTokens, events: { usercount } });
  `);
  expect(generatedIn(code)).toEqual(["UsercountEventShape", "isUsercountEvent"]);
});

test("the validator of any one event takes less than 10 kB, compressed", async () => {
  const validators: Readonly<Record<string, unknown>> = await import("../../generated/kryten/validators.js");
  const events = Object.keys(validators).filter((name) => name.endsWith("Event"));
  const sizes = await Promise.all(
    events.map(async (name) => {
      const code = await bundle(`import { ${name} } from "./validators.js"; console.log(${name});`);
      return [name, gzipSync(code).length] as const;
    }),
  );
  expect(sizes.length).toBeGreaterThan(50);
  expect(sizes.filter(([, size]) => size >= 10_000)).toEqual([]);
});
