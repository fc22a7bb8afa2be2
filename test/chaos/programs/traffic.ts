/**
 * A service and a client of it, both busy all the time. Says `ready`, then `{back: n, server, messages, state}` each time
 * all works again after a server was lost: what messages and state took, in ms; and when it is told to end, how often what
 * happened.
 */
import { type Code, ProtocolError } from "../../../runtime/error.js";
import { useEveryFeature } from "./every-feature.js";

const [servers = ""] = process.argv.slice(2);
const say = (said: unknown) => process.stdout.write(`${JSON.stringify(said)}\n`);
const world = await useEveryFeature({
  servers: servers.split(","),
  noRandomize: true,
  reconnectTimeWait: 20,
  reconnectJitter: 20,
});
const { asking, serving, oslo } = world;

/** By what was done, how often which end it came to. */
const outcomes: Record<string, Record<string, number>> = {};
const pending = new Set<Promise<void>>();

function count(what: string, outcome: Code | "succeeded" | "untyped"): void {
  const counts = outcomes[what] ?? {};
  outcomes[what] = { ...counts, [outcome]: (counts[outcome] ?? 0) + 1 };
}

function attempt(what: string, act: () => unknown): void {
  const attempted = (async () => act())()
    .then(
      () => count(what, "succeeded"),
      (reason) => count(what, reason instanceof ProtocolError ? reason.code : "untyped"),
    )
    .finally(() => pending.delete(attempted));
  pending.add(attempted);
}

const traffic = setInterval(() => {
  attempt("event", () => asking.publish("gust", 1));
  attempt("request", () => oslo.station.measure({ sensor: "roof" }));
  if (pending.size > 200) return;
  attempt("read", () => oslo.state.latest());
  attempt("write", () => oslo.state.note.put("x"));
}, 5);

const since = (begun: number) => Math.round(performance.now() - begun);
let losses = 0;
let server = "";
let recovering = false;

async function recover(): Promise<void> {
  const lostAt = performance.now();
  recovering = true;
  losses += 1;
  await world.tell(losses);
  const messages = since(lostAt);
  await world.keep(losses);
  say({ back: losses, server, messages, state: since(lostAt) });
  recovering = false;
}
for (const client of [asking, serving]) {
  client.onStatus((status) => {
    if (status.kind === "reconnecting") server = status.server;
    // Two connections do not learn of one crash at the same time, and nothing is told before both are there again.
    if (status.kind === "disconnected" && !recovering) void recover();
  });
}
await world.tell(0);
await world.keep(0);
say("ready");
await serving.run();
clearInterval(traffic);
await Promise.all(pending);
await world.close();
say({ outcomes });
