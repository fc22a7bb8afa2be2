import { connect as connectClient } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { connect } from "../../runtime/client/connect.js";
import type { ProtocolError } from "../../runtime/error.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { connectNats, natsTransport } from "../../runtime/nats/connection.js";
import type { TransportStatus } from "../../runtime/transport/transport.js";
import { bytes } from "../support/brokers.js";
import { isForgotten } from "../support/heap.js";
import { type NatsServer, natsServerBinary, startNatsServer } from "../support/nats-server.js";
import { weather } from "./fixture-protocol.js";

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function server(options?: Parameters<typeof startNatsServer>[0]): Promise<NatsServer> {
  const started = await startNatsServer(options);
  closing.push(started.stop);
  return started;
}

describe("connecting", () => {
  it("makes a client that speaks the protocol, and that closes its connection", async () => {
    const { url } = await server();
    const client = await connect(weather, { servers: url, channels: ["Oslo"], service: { name: "tester" } });
    const other = await connect(weather, { servers: [url], channels: ["Oslo"] });
    closing.push(() => other.close());
    const seen: number[] = [];
    other.on("reading", ({ payload }) => seen.push(payload.celsius));
    await other.flush();
    client.publish("reading", { celsius: 1 });
    await vi.waitFor(() => expect(seen).toEqual([1]));
    await client.close();
    await expect(client.flush()).rejects.toMatchObject({ code: "connection_closed" });
  });

  it("takes an open connection, and leaves it open", async () => {
    const { url } = await server();
    const connection = await connectClient({ servers: url });
    closing.push(() => connection.close());
    const client = await connect(weather, { connection, channels: ["Oslo"] });
    const subjects: string[] = [];
    connection.subscribe("weather.>", { callback: (_, message) => subjects.push(message.subject) });
    client.on("reading", () => undefined);
    connection.subscribe("weather.station.command", { callback: () => undefined });
    const waiting = expect(client.channel("Oslo").station.ping()).rejects.toMatchObject({ code: "connection_closed" });
    client.publish("reading", { celsius: 1 });
    await client.flush();
    await client.close();
    await waiting;
    expect(connection.isClosed()).toBe(false);
    expect(subjects).toEqual(["weather.station.command", "weather.events.oslo.reading"]);
    expect(() => client.publish("reading", { celsius: 1 })).toThrow(/^\[connection_closed\]/);
  });

  it("closes what was opened over a connection that it leaves open", async () => {
    const { url } = await server();
    const connection = await connectClient({ servers: url });
    closing.push(() => connection.close());
    const transport = natsTransport(connection);
    const bucket = await transport.bucket("left_open", { create: { history: 1 } });
    const limits = { storage: "memory", maximumAge: 60_000, duplicateWindow: 1_000 } as const;
    const stream = await transport.stream({ name: "left_open", subjects: ["left.open"], ...limits });
    await transport.close();
    const rules = { name: "late", subjects: ["left.open"], wait: 1_000, inFlight: 1, start: "now" } as const;
    const attempts = [
      bucket.get("key"),
      bucket.put("key", bytes("x")),
      bucket.keys(),
      bucket.watch("key", () => undefined),
      stream.publish("left.open", bytes("x"), { id: "1", timeout: 1_000 }),
      stream.consume({ ...rules, onFailure: () => undefined }, () => undefined),
    ];
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code)).toEqual(
      attempts.map(() => "connection_closed"),
    );
  });

  it("keeps nothing of a client in memory that is closed, while a connection that was handed in stays open", async () => {
    const { url } = await server();
    const connection = await connectClient({ servers: url });
    closing.push(() => connection.close());
    const closed = async () => {
      const client = await connect(weather, { connection, channels: ["Oslo"], service: { name: "tester" } });
      client.on("reading", () => undefined);
      await client.channel("Oslo").state.note.put("x");
      await client.close();
      return new WeakRef(client);
    };
    const reference = await closed();
    await connection.flush();
    await vi.waitFor(() => expect(isForgotten(reference)).toBe(true), 5_000);
  });

  it("closes what was about to begin over a connection that it leaves open", async () => {
    const { url } = await server();
    const connection = await connectClient({ servers: url });
    const other = await connectNats({ servers: url });
    closing.push(() => Promise.all([connection.close(), other.close()]));
    const transport = natsTransport(connection);
    const bucket = await transport.bucket("left_open", { create: { history: 1 } });
    const limits = { storage: "memory", maximumAge: 60_000, duplicateWindow: 1_000 } as const;
    const stream = await transport.stream({ name: "left_open", subjects: ["left.open"], ...limits });
    const rules = { name: "late", subjects: ["left.open"], wait: 1_000, inFlight: 1, start: "now" } as const;
    const seen: string[] = [];
    const watching = bucket.watch("key", () => seen.push("closed"));
    const consuming = stream.consume({ ...rules, onFailure: () => undefined }, () => undefined);
    const refused = expect(consuming).rejects.toMatchObject({ code: "connection_closed" });
    await Promise.all([transport.close(), watching, refused]);
    const open = await other.bucket("left_open");
    await open.watch("key", () => seen.push("open"));
    await open.put("key", bytes("x"));
    await vi.waitFor(() => expect(seen).toContain("open"));
    await connection.flush();
    expect(seen).toEqual(["open"]);
  });

  it("takes any other bus", async () => {
    const client = await connect(weather, { transport: createMemoryBroker().connect(), channels: ["Oslo"] });
    await expect(client.channel("Oslo").station.ping()).rejects.toMatchObject({ code: "no_responders" });
    await client.close();
  });

  it("that fails for the sake of the options leaves no connection behind", async () => {
    const { url } = await server();
    const monitor = await connectNats({ servers: url });
    closing.push(() => monitor.close());
    await expect(connect(weather, { servers: url, dialect: "none" })).rejects.toMatchObject({
      code: "invalid_argument",
    });
    await vi.waitFor(() =>
      expect(process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length).toBe(1),
    );
  });

  it("fails with advice where nothing listens, without showing credentials", async () => {
    const failure = connect(weather, { servers: "nats://alice:secret@127.0.0.1:1", channels: ["Oslo"] });
    await expect(failure).rejects.toMatchObject({ code: "connection_failed" });
    await expect(failure).rejects.toThrow(
      /cannot connect to nats:\/\/127\.0\.0\.1:1: nothing listens there; start a NATS server/,
    );
    await expect(connect(weather, { servers: "" })).rejects.toThrow('cannot connect to "": that is no address');
  });
});

describe("what the server does not permit", () => {
  const permissions = `authorization { users: [{
    user: "alice", password: "x",
    permissions: { publish: ["weather.>", "_INBOX.>"], subscribe: ["_INBOX.>", "weather.events.oslo.*"] }
  }] }`;

  it("is reported, with the subject", async () => {
    const { url } = await server({ configuration: permissions });
    const errors: ProtocolError[] = [];
    const client = await connect(weather, {
      servers: url,
      user: "alice",
      pass: "x",
      channels: ["Oslo", "Bergen"],
      onError: (error) => errors.push(error),
    });
    closing.push(() => client.close());
    client.on("reading", () => undefined);
    await vi.waitFor(() => expect(errors.length).toBe(1));
    expect(errors).toMatchObject([{ code: "connection_failed", subject: "weather.events.bergen.*" }]);
    expect(errors[0]?.message).toMatch(/does not permit the subscription to "weather\.events\.bergen\.\*"/);
  });

  it("is told of buckets and streams in the same words", async () => {
    const { url } = await server({ configuration: permissions });
    const transport = await connectNats({ servers: url, user: "alice", pass: "x" });
    closing.push(() => transport.close());
    const advice = (subject: string) =>
      `the server does not permit the publish to "${subject}"; ask for the permission`;
    await expect(transport.bucket("notes")).rejects.toThrow(advice("$JS.API.STREAM.INFO.KV_notes"));
    const limits = { storage: "memory", maximumAge: 60_000, duplicateWindow: 1_000 } as const;
    const stream = transport.stream({ name: "events", subjects: ["weather.events.>"], ...limits });
    await expect(stream).rejects.toThrow(advice("$JS.API.STREAM.INFO.events"));
  });

  it("fails a request at once", async () => {
    const { url } = await server({ configuration: permissions });
    const transport = await connectNats({ servers: url, user: "alice", pass: "x" });
    closing.push(() => transport.close());
    await expect(transport.request("forbidden", bytes("x"), { timeout: 10_000 })).rejects.toMatchObject({
      code: "connection_failed",
      subject: "forbidden",
    });
  });
});

describe("a server", () => {
  it("that goes away and comes back is told of, and subscriptions survive", async () => {
    const first = await startNatsServer();
    const port = Number(new URL(first.url).port);
    const transport = await connectNats({ servers: first.url, reconnectTimeWait: 20 });
    closing.push(() => transport.close());
    const statuses: TransportStatus["kind"][] = [];
    transport.onStatus(({ kind }) => statuses.push(kind));
    const seen: string[] = [];
    transport.subscribe("lasting", ({ subject }) => seen.push(subject));
    await transport.flush();
    await first.stop();
    await vi.waitFor(() => expect(statuses[0]).toBe("disconnected"));
    await server({ port });
    await vi.waitFor(() => expect(statuses.at(-1)).toBe("reconnected"), { timeout: 10_000 });
    transport.publish("lasting", bytes("x"));
    await vi.waitFor(() => expect(seen).toEqual(["lasting"]));
  });

  it("that is about to stop says so", async () => {
    const leaving = await server();
    const transport = await connectNats({ servers: leaving.url });
    closing.push(() => transport.close());
    const statuses: TransportStatus[] = [];
    transport.onStatus((status) => statuses.push(status));
    leaving.signal("SIGUSR2");
    const address = leaving.url.slice("nats://".length);
    await vi.waitFor(() => expect(statuses).toEqual([{ kind: "leaving", server: address }]));
    await leaving.crash();
  });

  it("that is away does not keep a client from closing", async () => {
    const started = await startNatsServer();
    const transport = await connectNats({ servers: started.url, reconnectTimeWait: 20 });
    const statuses: TransportStatus["kind"][] = [];
    transport.onStatus(({ kind }) => statuses.push(kind));
    await started.stop();
    await vi.waitFor(() => expect(statuses[0]).toBe("disconnected"));
    await transport.close();
    expect([statuses[0], statuses.at(-1)]).toEqual(["disconnected", "closed"]);
  });

  it("that is away does not keep a client from draining", async () => {
    const started = await server();
    const options = { servers: started.url, reconnectTimeWait: 600_000, logLevel: "error" } as const;
    const client = await connect(weather, { ...options, channels: ["Oslo"], service: { name: "tester" } });
    client.on("reading", () => undefined);
    await client.flush();
    await started.crash();
    await vi.waitFor(() => expect(client.health().connected).toBe(false));
    await client.drain();
    expect(client.health().status).toBe("stopping");
  });

  it("that is lost for good ends a program with the reason", async () => {
    const lost = await server();
    const options = { servers: lost.url, maxReconnectAttempts: 2, reconnectTimeWait: 10, logLevel: "error" } as const;
    const client = await connect(weather, { ...options, channels: ["Oslo"] });
    const ended = expect(client.run()).rejects.toThrow(
      `[connection_failed] cannot connect to ${lost.url}: nothing listens there`,
    );
    await lost.crash();
    await ended;
  });

  it("that hangs does not keep a client from closing", async () => {
    const hanging = await server();
    const transport = await connectNats({ servers: hanging.url });
    await transport.flush();
    hanging.signal("SIGSTOP");
    // More than the system takes for a server that does not read.
    for (let count = 0; count < 100; count += 1) transport.publish("load", new Uint8Array(100_000));
    await transport.close();
    await vi.waitFor(() => expect(process.getActiveResourcesInfo()).not.toContain("TCPSocketWrap"));
    hanging.signal("SIGCONT");
  });

  it("that hangs is told from one that is slow: nobody waits for it for ever, and a client can be drained", async () => {
    const hanging = await server();
    const client = await connect(weather, { servers: hanging.url, channels: ["Oslo"] });
    client.on("reading", () => undefined);
    await client.flush();
    hanging.signal("SIGSTOP");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const flushed = expect(client.flush()).rejects.toThrow("[timeout] the server has said nothing for 10000 ms");
      await vi.advanceTimersByTimeAsync(10_000);
      await flushed;
      const drained = client.drain();
      await vi.advanceTimersByTimeAsync(10_000);
      await drained;
    } finally {
      vi.useRealTimers();
      hanging.signal("SIGCONT");
    }
    expect(client.health().connected).toBe(false);
  });

  it("without JetStream has no buckets, and says so", async () => {
    const { url } = await server({ jetStream: false });
    const transport = await connectNats({ servers: url });
    closing.push(() => transport.close());
    const failure = transport.bucket("weather", { create: { history: 1 } });
    await expect(failure).rejects.toMatchObject({ code: "state_failed" });
    await expect(failure).rejects.toThrow(/the server has no JetStream/);
  });
});

describe("a bucket that another program made", () => {
  let running: NatsServer;
  beforeAll(async () => {
    running = await startNatsServer();
  });
  afterAll(() => running.stop());

  it("is used as it is", async () => {
    const connection = await connectClient({ servers: running.url });
    closing.push(() => connection.close());
    const store = await connection.jetstream().views.kv("made_elsewhere", { history: 5, maxValueSize: 100 });
    await store.put("colour", "red");
    const transport = natsTransport(connection);
    const bucket = await transport.bucket("made_elsewhere", { create: { history: 1, maximumValueSize: 1 } });
    expect(new TextDecoder().decode((await bucket.get("colour"))?.data)).toBe("red");
    await bucket.put("colour", bytes("blue"));
    expect((await store.get("colour"))?.string()).toBe("blue");
    await transport.close();
  });
});

describe("a bucket that another program deletes", () => {
  it("is missing from then on, and made anew by who writes", async () => {
    const { url } = await server();
    const client = await connect(weather, { servers: url, channels: ["Oslo"] });
    closing.push(() => client.close());
    const { latest, note } = client.channel("Oslo").state;
    const remove = async () => {
      const connection = await connectClient({ servers: url });
      await (await connection.jetstream().views.kv("weather_Oslo")).destroy();
      await connection.close();
    };
    await note.put("one");
    await note.put("two");
    await remove();
    await expect(latest()).rejects.toMatchObject({ code: "bucket_missing" });
    // Not always 1: a server may count on where a bucket of the same name ended.
    const revision = await latest.put({ celsius: 1 });
    expect(await latest()).toEqual({ value: { celsius: 1 }, revision });
    await remove();
    await latest.put({ celsius: 2 });
    await expect(note()).resolves.toBeUndefined();
  });

  it("is found to be missing before the NATS client gives up reading", async () => {
    const { url } = await server();
    const client = await connect(weather, { servers: url, channels: ["Oslo"] });
    const connection = await connectClient({ servers: url });
    closing.push(() => Promise.all([client.close(), connection.close()]));
    const { note } = client.channel("Oslo").state;
    await note.put("one");
    const store = await connection.jetstream().views.kv("weather_Oslo");
    await store.destroy();
    // A newer server tells it at once that there is no bucket.
    const givesUp = store.get("note").catch(async ({ code }) => code === "TIMEOUT" || new Promise(() => undefined));
    expect(await Promise.race([givesUp, note().catch(({ code }) => code)])).toBe("bucket_missing");
  });
});

describe("the server that tests use", () => {
  it("is the one that NATS_SERVER names", () => {
    expect(natsServerBinary({ NATS_SERVER: process.execPath })).toBe(process.execPath);
    expect(() => natsServerBinary({ NATS_SERVER: "/nowhere/nats-server" })).toThrow(
      /NATS_SERVER is \/nowhere\/nats-server/,
    );
  });
});
