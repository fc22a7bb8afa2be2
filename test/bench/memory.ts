/** A program that takes a million events from the server it is given, and prints by how many MB it has grown since warm-up. */
import { openBurst } from "./burst.js";
import { connect, kryten } from "./sdk.js";

const size = 20_000;
const [url = "nats://127.0.0.1:4222"] = process.argv.slice(2);
const burst = await openBurst(url, size);
const client = await connect(kryten, { servers: url, channels: ["lounge"] });

let expected = 0;
let count = 0;
let finish = () => {};
client.on("chatMsg", ({ payload }) => {
  if (payload.msg.length > 0) count++;
  if (count === expected) finish();
});
await client.flush();

await take(200_000);
const before = resident();
await take(1_000_000);
process.stdout.write(`${(resident() - before).toFixed(1)}\n`);
burst.close();
await client.close();

async function take(events: number): Promise<void> {
  for (let taken = 0; taken < events; taken += size) {
    expected = count + size;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    burst.publish();
    await finished;
  }
}

/** In MB, when what nobody needs is gone. */
function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1e6;
}
