// Every door of the package opens under plain Node.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, kryten } from "kryten-sdk";
import { generate } from "kryten-sdk/codegen";
import { loadConfiguration } from "kryten-sdk/config";
import { chatMsg } from "kryten-sdk/kryten/messages";
import { isChatMsgEvent } from "kryten-sdk/kryten/validators";
import { createMemoryBroker } from "kryten-sdk/runtime";
import { createTestBed } from "kryten-sdk/testing";

const schema = createRequire(import.meta.url).resolve("kryten-sdk/schema/kryten/protocol.json");
const seen = {
  functions: [connect, generate, loadConfiguration, createMemoryBroker, createTestBed, isChatMsgEvent].every(
    (f) => typeof f === "function",
  ),
  protocol: kryten.name,
  message: chatMsg.ref,
  schema: JSON.parse(readFileSync(schema, "utf8")).name,
};
console.log(JSON.stringify(seen));
