/** Typed delivery of events, beside a bare subscription that parses JSON. */
import { connect as connectBare } from "nats";
import type { NatsServer } from "../support/nats-server.js";
import { type Burst, openBurst } from "./burst.js";
import { type Row, sideBySide, versionsOf } from "./row.js";
import { connect, kryten } from "./sdk.js";

/** The row of events, in messages a second. */
export async function eventRows({ url }: NatsServer): Promise<readonly Row[]> {
  const burst = await openBurst(url, 50_000);
  const compared = await sideBySide(
    () => typedRate(url, burst),
    () => bareRate(url, burst),
  );
  burst.close();
  return [
    {
      row: "typed events; beside nats.js and JSON.parse",
      ...compared,
      target: "at least 0.90",
      met: compared.ratio >= 0.9,
      unit: "messages/s",
      versions: versionsOf("nats"),
    },
  ];
}

/** How many events a second a handler of ours takes. */
export async function typedRate(url: string, burst: Burst): Promise<number> {
  const client = await connect(kryten, { servers: url, channels: ["lounge"] });
  const rate = await rateOf(burst, async (received) => {
    client.on("chatMsg", ({ payload }) => received(payload.msg));
    await client.flush();
  });
  await client.close();
  return rate;
}

async function bareRate(url: string, burst: Burst): Promise<number> {
  const connection = await connectBare({ servers: url });
  const decoder = new TextDecoder();
  const rate = await rateOf(burst, async (received) => {
    connection.subscribe("kryten.events.cytube.lounge.*", {
      callback: (_, { data }) => received(JSON.parse(decoder.decode(data)).payload.msg),
    });
    await connection.flush();
  });
  await connection.close();
  return rate;
}

/** How fast a burst arrives: from before it is published until the last of it was handled. */
async function rateOf(
  { size, publish }: Burst,
  subscribe: (received: (text: string) => void) => Promise<void>,
): Promise<number> {
  let count = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  await subscribe((text) => {
    if (text.length > 0) count++;
    if (count === size) finish();
  });
  const start = performance.now();
  publish();
  await finished;
  return (size * 1000) / (performance.now() - start);
}
