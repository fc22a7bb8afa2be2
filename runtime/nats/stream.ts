/** Streams of JetStream. */
import {
  type JetStreamManager,
  type NatsConnection,
  nanos,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "nats";
import type { ProtocolError } from "../error.js";
import {
  checkConsumerName,
  checkPublishable,
  checkSize,
  checkStream,
  sizeOf,
  storedHeaders,
} from "../transport/bus-rules.js";
import type {
  ConsumeOptions,
  Consumption,
  Stored,
  Stream,
  StreamDelivery,
  StreamOptions,
  StreamPublishOptions,
} from "../transport/stream.js";
import { checkKept, checkWanted } from "../transport/stream-subjects.js";
import type { Headers } from "../transport/transport.js";
import { connectionClosed, noReply, streamOverlaps } from "../transport/transport-error.js";
import { quote } from "../value/wording.js";
import { openConsumer } from "./consumer.js";
import { NatsConsumption } from "./consumption.js";
import { isNoResponders, isTimeout } from "./error.js";
import { natsHeaders } from "./headers.js";
import { isRefusedAs, jetStreamFailed, streamInfo } from "./jetstream.js";

/** What a stream needs of its transport. */
export interface StreamOwner {
  readonly connection: NatsConnection;
  /** @throws ProtocolError `connection_closed` */
  checkOpen(): void;
  /** In bytes. */
  readonly maximumPayload: number;
  /** Header fields with those that all messages carry. */
  readonly labelled: (headers: Headers) => Headers;
  /** Gets what ends each consumption. */
  readonly endings: Set<() => void>;
  /** Calls the listener each time that the connection was lost and is back; returns what ends that. */
  onReconnect(listener: () => void): () => void;
}

/**
 * Opens a stream.
 *
 * @throws ProtocolError `invalid_subject`, `stream_failed`, `connection_closed`
 */
export async function openNatsStream(owner: StreamOwner, options: StreamOptions): Promise<Stream> {
  checkStream(options);
  try {
    const manager = await owner.connection.jetstreamManager({ checkAPI: false });
    return new NatsStream(owner, manager, { options, subjects: await ensure(manager, options) });
  } catch (reason) {
    throw owner.connection.isClosed() ? connectionClosed(reason) : streamFailed(reason, options.name);
  }
}

/** Makes a stream when it is missing. Resolves with the subjects that it keeps. */
async function ensure(manager: JetStreamManager, options: StreamOptions): Promise<readonly string[]> {
  const { config } = (await streamInfo(manager, options.name)) ?? (await make(manager, options));
  // What mirrors another stream has no subjects.
  const { subjects = [] }: Partial<StreamConfig> = config;
  checkKept(options, subjects);
  return subjects;
}

async function make(manager: JetStreamManager, options: StreamOptions): Promise<StreamInfo> {
  const { name, subjects, storage, maximumAge, maximumBytes = -1, maximumMessages = -1, duplicateWindow } = options;
  try {
    return await manager.streams.add({
      name,
      subjects: [...subjects],
      storage: storage === "file" ? StorageType.File : StorageType.Memory,
      max_age: nanos(maximumAge),
      max_bytes: maximumBytes,
      max_msgs: maximumMessages,
      duplicate_window: nanos(duplicateWindow),
    });
  } catch (reason) {
    if (isRefusedAs("subjectsInUse", reason)) throw streamOverlaps(options, reason);
    // Another program was faster, and had other limits.
    const made = isRefusedAs("nameInUse", reason) ? await streamInfo(manager, name) : undefined;
    if (made === undefined) throw reason;
    return made;
  }
}

class NatsStream implements Stream {
  readonly #owner: StreamOwner;
  readonly #manager: JetStreamManager;
  readonly #options: StreamOptions;
  /** What it keeps. */
  readonly #subjects: readonly string[];

  constructor(
    owner: StreamOwner,
    manager: JetStreamManager,
    { options, subjects }: { readonly options: StreamOptions; readonly subjects: readonly string[] },
  ) {
    this.#owner = owner;
    this.#manager = manager;
    this.#options = options;
    this.#subjects = subjects;
  }

  async publish(subject: string, data: Uint8Array, options: StreamPublishOptions): Promise<Stored> {
    const { connection, maximumPayload, labelled } = this.#owner;
    const { id, headers = {}, timeout } = options;
    const { name } = this.#options;
    this.#owner.checkOpen();
    checkPublishable(subject);
    const fields = storedHeaders(name, id, labelled(headers));
    checkSize(subject, sizeOf(data, fields), maximumPayload);
    const send = async (): Promise<Stored> => {
      const publishing = connection.jetstream().publish(subject, data, { headers: natsHeaders(fields), timeout });
      const { seq: sequence, duplicate } = await publishing;
      return { sequence, duplicate };
    };
    try {
      return await send().catch(async (reason) => {
        if (!isNoResponders(reason)) throw reason;
        // Nobody keeps that. If the stream was deleted since it was opened, it is made anew.
        checkKept({ name, subjects: [subject] }, await ensure(this.#manager, this.#options));
        return await send();
      });
    } catch (reason) {
      if (connection.isClosed()) throw connectionClosed(reason);
      if (isTimeout(reason)) throw noReply(subject, timeout);
      throw streamFailed(reason, name);
    }
  }

  async consume(options: ConsumeOptions, receive: (delivery: StreamDelivery) => void): Promise<Consumption> {
    const { connection } = this.#owner;
    const { name } = this.#options;
    this.#owner.checkOpen();
    checkConsumerName(options.name);
    checkWanted(name, options.subjects, this.#subjects);
    const place = { connection, manager: this.#manager, stream: { name, subjects: this.#subjects } };
    try {
      const consumer = await openConsumer(place, options, "as asked");
      this.#owner.checkOpen();
      const reopen = () => openConsumer(place, options, "as found");
      const failed = (reason: unknown) => streamFailed(reason, name);
      return new NatsConsumption(this.#owner, { consumer, reopen, failed, options, receive });
    } catch (reason) {
      throw connection.isClosed() ? connectionClosed(reason) : streamFailed(reason, name);
    }
  }
}

function streamFailed(reason: unknown, name: string): ProtocolError {
  return jetStreamFailed(reason, "stream_failed", `the stream ${quote(name)}`);
}
