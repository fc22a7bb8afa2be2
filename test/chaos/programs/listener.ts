/** A program that listens and answers, and says what happens to it. */
import { connect } from "../../../runtime/client/connect.js";
import { weather } from "../../runtime/fixture-protocol.js";
import { station } from "./every-feature.js";

const [servers = ""] = process.argv.slice(2);
const say = (said: unknown) => process.stdout.write(`${JSON.stringify(said)}\n`);
const client = await connect(weather, {
  servers,
  channels: ["Oslo"],
  reconnectTimeWait: 50,
  logLevel: "error",
  onError: ({ code, rawMessage }) => say({ code, rawMessage }),
});
client.onStatus(({ kind }) => say(kind));
client.on("reading", ({ payload }) => {
  if (payload.celsius < 0) say({ heard: payload.celsius });
});
await client.serve("station", station);
say("ready");
await client.run();
