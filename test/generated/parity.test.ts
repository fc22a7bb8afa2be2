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

const client = createClient(kryten, createMemoryBroker().connect(), { channels: ["lounge"] });
const channel = client.channel("lounge");
const registration = client.on("chatMsg", () => undefined);
const roots: Readonly<Record<string, unknown>> = { connect, client, channel, registration };

afterAll(() => client.close());

/** What stands at the end of a path such as `client.close`. */
function memberAt(path: string): unknown {
  const [root = "", ...steps] = path.split(".");
  return steps.reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>>)[step], roots[root]);
}

describe("parity with kryten-py", () => {
  it("says something of every public member, once", () => {
    expect(methods.map(({ name }) => name)).toEqual(theirs);
    expect(theirs).toHaveLength(100);
  });

  it("names members of the runtime that exist", () => {
    const members = methods.flatMap(({ ours }) => (ours === null || ours.includes("/") ? [] : [ours]));
    expect(members.length).toBeGreaterThan(10);
    expect(members.filter((path) => memberAt(path) === undefined)).toEqual([]);
  });

  it("leaves nothing out without a reason", () => {
    const missing = methods.filter(({ ours }) => ours === null);
    expect(missing.map(({ name }) => name)).toEqual([
      "kv_get_all",
      "kv_keys",
      "nats_request",
      "set_emotes",
      "subscribe",
    ]);
    expect(missing.filter(({ reason }) => reason === undefined)).toEqual([]);
  });
});
