/** A program that is in the middle of a handler: one that ends after a while, `briefly`, or one that never does, `forever`. */
import { connect } from "../../../runtime/client/connect.js";
import { weather } from "../../runtime/fixture-protocol.js";
import { station } from "./every-feature.js";

const [servers = "", howLong = "", drainTimeout = ""] = process.argv.slice(2);
const say = (said: unknown) => process.stdout.write(`${JSON.stringify(said)}\n`);
const client = await connect(weather, {
  servers,
  channels: ["Oslo"],
  service: { name: "busy" },
  reconnectTimeWait: 50,
  logLevel: "error",
  onError: ({ code }) => say({ code }),
});
await client.serve("station", {
  ...station,
  measure: async () => {
    say("begun");
    // Until the program has been told to stop, and a little longer.
    await new Promise((resolve) => process.once("SIGTERM", resolve));
    say("told");
    await new Promise((resolve) => howLong === "briefly" && setTimeout(resolve, 100));
    say("done");
    return { celsius: 1 };
  },
});
client.onStatus(({ kind }) => say(kind));
say("ready");
await client.run({ drainTimeout: Number(drainTimeout) });
say("ended");
