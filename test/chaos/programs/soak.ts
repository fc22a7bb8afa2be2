/**
 * A program that does everything for a long time: events, requests, a service, metrics and heartbeats. Says by how many MB its
 * resident memory has grown since it was warm, and ends.
 */
import { serveHttp } from "../../../runtime/http/index.js";
import { until } from "../../support/until.js";
import { useEveryFeature } from "./every-feature.js";

const [servers = "", warmUp = "0", events = "0"] = process.argv.slice(2);
const step = 1_000;
const world = await useEveryFeature({ servers });
const { asking, serving, oslo } = world;
const { port } = await serveHttp(serving, { port: 0, host: "127.0.0.1" });
const counts = { events: 0, requests: 0 };
serving.on("gust", () => {
  counts.events += 1;
});
await serving.flush();

await pass(Number(warmUp));
const before = await resident();
await pass(Number(events));
const growth = (await resident()) - before;
const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
const counted = /events_received_total\{message="weather\/events\/gust"\} (\d+)/u.exec(metrics)?.[1];
process.stdout.write(`${JSON.stringify({ ...counts, counted: Number(counted), growth })}\n`);
await world.close();

async function pass(some: number): Promise<void> {
  for (let passed = 0; passed < some; passed += step) {
    const expected = counts.events + step;
    for (let count = 0; count < step; count += 1) asking.publish("gust", 1);
    await Promise.all(Array.from({ length: 20 }, () => oslo.station.measure({ sensor: "roof" })));
    counts.requests += 20;
    await serving.flush();
    await until("the events", () => counts.events === expected);
  }
}

/** In MB, when what nobody needs is gone, and has been given back, which takes a few turns. */
async function resident(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 10; turn += 1) {
    globalThis.gc?.();
    least = Math.min(least, process.memoryUsage.rss() / 1e6);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return least;
}
