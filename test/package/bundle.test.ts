import { expect, test } from "vitest";
import { bundle, validatorSizes } from "../support/bundle.js";

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
  const sizes = await validatorSizes();
  expect(sizes.length).toBeGreaterThan(50);
  expect(sizes.filter(({ size }) => size >= 10_000)).toEqual([]);
});
