/** Typed requests and replies, validated on both sides, beside bare requests that carry JSON. */
import { connect as connectBare } from "nats";
import type { ModeratorEntryGetResult } from "../../generated/kryten/types.js";
import type { NatsServer } from "../support/nats-server.js";
import { median, type Row, sideBySide, versionsOf } from "./row.js";
import { connect, kryten, refusal } from "./sdk.js";

const entry: ModeratorEntryGetResult = {
  username: "mallory",
  channel: "lounge",
  domain: "cytu.be",
  moderated: true,
  action: "mute",
  reason: null,
  moderator: "alice",
  timestamp: "2026-11-20T13:20:00.123Z",
  ips: ["203.0.113.7"],
  ip_correlation_source: null,
  pattern_match: null,
};

type Request = () => Promise<unknown>;

/** The rows of requests: the median of how long one takes, and how many a second when many are under way. */
export async function requestRows({ url }: NatsServer): Promise<readonly Row[]> {
  const [typed, bare] = [await openTyped(url), await openBare(url)];
  const latency = await sideBySide(
    () => medianLatency(typed.request),
    () => medianLatency(bare.request),
  );
  const rate = await sideBySide(
    () => pipelinedRate(typed.request),
    () => pipelinedRate(bare.request),
  );
  await Promise.all([typed.close(), bare.close()]);
  const versions = versionsOf("nats");
  return [
    {
      row: "typed requests, p50; beside nats.js and JSON",
      ...latency,
      target: "at most 1.10",
      met: latency.ratio <= 1.1,
      unit: "us",
      versions,
    },
    {
      row: "typed requests, 100 at a time; beside nats.js and JSON",
      ...rate,
      target: "at least 0.85",
      met: rate.ratio >= 0.85,
      unit: "requests/s",
      versions,
    },
  ];
}

async function openTyped(url: string): Promise<{ readonly request: Request; close(): Promise<unknown> }> {
  const service = await connect(kryten, { servers: url, channels: ["lounge"] });
  const client = await connect(kryten, { servers: url, channels: ["lounge"] });
  const { moderator } = client.channel("lounge");
  const unasked = () => {
    throw refusal("UNASKED", "nobody asks this");
  };
  await service.serve("moderator", {
    addEntry: unasked,
    getEntry: () => entry,
    listEntries: unasked,
    removeEntry: unasked,
    addPattern: unasked,
    listPatterns: unasked,
    removePattern: unasked,
    health: unasked,
    ping: unasked,
    stats: unasked,
    recentUsers: unasked,
  });
  return {
    request: () => moderator.getEntry({ username: "mallory" }),
    close: () => Promise.all([client.close(), service.close()]),
  };
}

/** The same service and the same request, with nothing checked. */
async function openBare(url: string): Promise<{ readonly request: Request; close(): Promise<unknown> }> {
  // As in the typed client, no request keeps a trace of where it began: that costs more than the request.
  const options = { servers: url, noAsyncTraces: true };
  const [service, client] = [await connectBare(options), await connectBare(options)];
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
  const subject = "bare.moderator.command";
  service.subscribe(subject, {
    callback: (_, message) => {
      const { command } = JSON.parse(decoder.decode(message.data));
      const reply = { service: "moderator", command, success: true, data: entry };
      message.respond(encoder.encode(JSON.stringify(reply)));
    },
  });
  await service.flush();
  const id = "5a918060-eed1-44a5-8c12-7952dee2dacb";
  const meta = {
    source: "bare",
    timestamp: "2026-11-20T13:20:00.123Z",
    domain: "cytu.be",
    channel: "lounge",
    request_id: id,
  };
  const body = { service: "moderator", command: "entry.get", channel: "lounge", domain: "cytu.be", meta };
  return {
    request: async () => {
      const sent = encoder.encode(JSON.stringify({ ...body, username: "mallory" }));
      const { data } = await client.request(subject, sent, { timeout: 5000 });
      return JSON.parse(decoder.decode(data)).data;
    },
    close: () => Promise.all([client.close(), service.close()]),
  };
}

/** In microseconds. */
async function medianLatency(request: Request): Promise<number> {
  const durations: number[] = [];
  for (let count = 0; count < 2000; count++) {
    const start = performance.now();
    await request();
    durations.push(performance.now() - start);
  }
  return median(durations) * 1000;
}

/** A second, with 100 under way at any time. */
async function pipelinedRate(request: Request): Promise<number> {
  const total = 10_000;
  let begun = 0;
  const askOn = async () => {
    while (begun++ < total) await request();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: 100 }, askOn));
  return (total * 1000) / (performance.now() - start);
}
