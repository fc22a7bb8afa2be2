import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { ParityMethod } from "../../codegen/model.js";
import { kryten } from "../../generated/kryten/messages.js";
import { createClient } from "../../runtime/client/client.js";
import { connect } from "../../runtime/client/connect.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";

// What Python lists of the class: the names of its public members, each with its signature.
const theirs = readFileSync("test/data/kryten-py-0.17.5.txt", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.replace(/\(.*/, ""));
const methods: readonly ParityMethod[] = JSON.parse(readFileSync("schema/kryten/parity.json", "utf8")).methods;

/** What the page shows: their method, and what stands for it in TypeScript; nothing for "none". */
const shown = readFileSync("generated/kryten/reference/parity.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => {
    const [name = "", , ours = ""] = line.split(" | ").map((cell) => /`(.*?)`/.exec(cell)?.[1]);
    return { name, ours };
  });

const client = createClient(kryten, createMemoryBroker().connect(), { channels: ["lounge"] });
const channel = client.channel("lounge");
const registration = client.on("chatMsg", () => undefined);
const roots: Readonly<Record<string, unknown>> = { connect, client, channel, registration };

afterAll(() => client.close());

/** What stands at the end of a path such as `client.close`; one that begins with nothing known is of a channel. */
function memberAt(path: string): unknown {
  const [root = "", ...steps] = path.split(".");
  const [start, way] = root in roots ? [roots[root], steps] : [channel, [root, ...steps]];
  return way.reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>>)[step], start);
}

describe("parity with kryten-py", () => {
  it("says something of every public member, once", () => {
    expect(methods.map(({ name }) => name)).toEqual(theirs);
    expect(theirs).toHaveLength(100);
    expect(shown.map(({ name }) => name)).toEqual(theirs);
  });

  it("shows what exists in TypeScript", () => {
    const written = shown.filter(({ ours }) => ours !== "");
    expect(written).toHaveLength(97);
    expect(written.filter(({ ours }) => memberAt(ours) === undefined)).toEqual([]);
  });

  it("shows what the client has under their name", () => {
    const kept = shown.filter(({ name }) => camelCase(name) in client);
    expect(kept.map(({ name }) => name)).toEqual(["channels", "health", "on", "publish", "run"]);
    for (const { name, ours } of kept) expect(ours).toBe(`client.${camelCase(name)}`);
  });

  it("leaves nothing out without a reason", () => {
    const missing = methods.filter(({ ours }) => ours === null);
    expect(missing.map(({ name }) => name)).toEqual(["nats_request", "set_emotes", "subscribe"]);
    expect(missing.filter(({ reason }) => reason === undefined)).toEqual([]);
  });
});

function camelCase(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
