// What the doors of the package throw is of one class, whichever door it comes through, and shows its name.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { inspect } from "node:util";
import { connect, kryten, krytenClientConfig, ProtocolError } from "kryten-sdk";
import { buildCatalog, loadSources } from "kryten-sdk/codegen";
import { loadConfiguration } from "kryten-sdk/config";
import { serveHttp } from "kryten-sdk/http";
import * as runtime from "kryten-sdk/runtime";
import { createTestBed } from "kryten-sdk/testing";

const schema = dirname(createRequire(import.meta.url).resolve("kryten-sdk/schema/kryten/protocol.json"));
const client = runtime.createClient(kryten, runtime.createMemoryBroker().connect());
const acts = {
  ".": () => connect(kryten, { servers: "nats://127.0.0.1:1" }),
  "./runtime": () => runtime.compileSubject("no subject", {}),
  "./testing": () => createTestBed(kryten, { channels: [""] }),
  "./config": () => loadConfiguration(krytenClientConfig, "missing.json"),
  "./http": () => serveHttp(client, { port: 0, prefix: "no prefix" }),
  "./codegen": async () => {
    const [sources] = (await loadSources(schema)).sources;
    for (const dialect of Object.values(sources.protocol.value.dialects)) dialect.event = "no subject";
    return buildCatalog(sources);
  },
};

function isOfOneClass(error) {
  return error instanceof ProtocolError && error instanceof runtime.ProtocolError;
}

const seen = {};
for (const [door, act] of Object.entries(acts)) {
  seen[door] = await (async () => act())().then(
    () => "nothing was thrown",
    (error) => (isOfOneClass(error) && inspect(error).startsWith("ProtocolError: ") ? error.code : inspect(error)),
  );
}
console.log(JSON.stringify(seen));
