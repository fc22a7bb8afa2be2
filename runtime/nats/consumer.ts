/** Consumers of JetStream: made, and made what their programs say. */
import {
  AckPolicy,
  type Consumer,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamManager,
  type NatsConnection,
  nanos,
} from "nats";
import { filterFor } from "../transport/consumer-filter.js";
import type { ConsumeOptions } from "../transport/stream.js";
import { isRefusedAs } from "./jetstream.js";

/** Where a consumer is. */
export interface ConsumerPlace {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly stream: { readonly name: string; readonly subjects: readonly string[] };
}

/**
 * Opens a consumer, and makes it when it is missing.
 *
 * @param change whether one that is there becomes what the options say. Whoever only comes back leaves it as it is found: two
 * programs would change it to and fro.
 */
export async function openConsumer(
  place: ConsumerPlace,
  options: ConsumeOptions,
  change: "as asked" | "as found",
): Promise<Consumer> {
  const { connection, manager, stream } = place;
  const info = await manager.consumers.info(stream.name, options.name).catch((reason) => {
    if (isRefusedAs("consumerMissing", reason)) return undefined;
    throw reason;
  });
  const start = { deliver_policy: options.start === "now" ? DeliverPolicy.New : DeliverPolicy.All };
  if (info === undefined) await make(place, options, start);
  else if (change === "as asked") await adapt(place, options, info);
  return await connection.jetstream().consumers.get(stream.name, options.name);
}

type Start = Pick<ConsumerConfig, "deliver_policy" | "opt_start_seq">;

async function make({ manager, stream }: ConsumerPlace, options: ConsumeOptions, start: Start): Promise<void> {
  await manager.consumers.add(stream.name, {
    ...start,
    durable_name: options.name,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(options.wait),
    filter_subject: filterFor(options.subjects, stream.subjects),
    max_ack_pending: options.inFlight,
    // The runtime counts: a server that does lets go of what was delivered too often without a word.
    max_deliver: -1,
  });
}

async function adapt(
  place: ConsumerPlace,
  options: ConsumeOptions,
  { config, ack_floor }: ConsumerInfo,
): Promise<void> {
  const { manager, stream } = place;
  if (config.filter_subject !== filterFor(options.subjects, stream.subjects)) {
    // A new filter silences a consumer of 2.9 for ever, so it is made anew, and begins with what was not settled.
    await manager.consumers.delete(stream.name, options.name);
    const from = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: ack_floor.stream_seq + 1 };
    await make(place, options, from);
    return;
  }
  const wanted = { ack_wait: nanos(options.wait), max_ack_pending: options.inFlight };
  if (config.ack_wait === wanted.ack_wait && config.max_ack_pending === wanted.max_ack_pending) return;
  await manager.consumers.update(stream.name, options.name, wanted);
}
