/** What each message says of the contract that its sender keeps to. */
import { connect as connectSocket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { connect } from "../../runtime/client/connect.js";
import type { Delivery, Headers, Transport } from "../../runtime/transport/transport.js";
import { bytes, json, onBothBuses, parsed } from "../support/brokers.js";
import { startNatsServer } from "../support/nats-server.js";
import { weather } from "./fixture-protocol.js";
import { idle } from "./fixture-station.js";

const said = { Contract: "weather@weather" };
const here = { channels: ["Oslo"] } as const;
const quick = { timeout: 5000 };

/** What others may say in its place. */
const others: readonly (Headers | undefined)[] = [
  undefined,
  { Contract: "weather@another" },
  { Contract: "clock@clock" },
  { Contract: "" },
  { Contract: "@" },
  { Contract: "a@b@c" },
  { Contract: "\u00e9\u{1f4a9}" },
  { Contract: "x".repeat(10_000) },
  { contract: "weather", CONTRACT: "clock" },
];

/** Hears all messages of the protocol. */
async function watched(transport: Transport): Promise<Pick<Delivery, "subject" | "headers">[]> {
  const heard: Pick<Delivery, "subject" | "headers">[] = [];
  transport.subscribe("weather.>", ({ subject, headers }) => heard.push({ subject, headers }));
  await transport.flush();
  return heard;
}

const measuring = json({ service: "station", command: "measure", args: { sensor: "roof" } });
const reading = json({ event_name: "reading", payload: { celsius: 1 }, station: "Oslo", region: "north" });

onBothBuses((bus) => {
  describe("the contract of a sender", () => {
    it("is said by its events, requests and lifecycle messages", async () => {
      const heard = await watched(await bus.transport());
      const { client } = await bus.client(weather, { ...here, service: { name: "tester" } });
      const { client: other } = await bus.client(weather, here);
      await other.serve("station", idle);
      client.publish("reading", { celsius: 1 });
      await client.publishDurable("reading", { celsius: 2 });
      await client.channel("Oslo").station.measure({ sensor: "roof" });
      await client.announce();
      await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(5));
      expect(heard.map(({ subject }) => subject)).toEqual(
        expect.arrayContaining([
          bus.spelled("weather.events.oslo.reading"),
          bus.spelled("weather.station.command"),
          "weather.lifecycle.tester.started",
        ]),
      );
      for (const { headers } of heard) expect(headers).toMatchObject(said);
    });

    it("is said by its replies: results, failures, and answers to who asks who is there", async () => {
      const { client } = await bus.client(weather, { ...here, service: { name: "tester" } });
      await client.serve("station", idle);
      await client.announce();
      const asker = await bus.transport();
      for (const [subject, data] of [
        ["weather.station.command", measuring],
        ["weather.station.command", bytes("{")],
        ["weather.lifecycle.census", json({})],
      ] as const) {
        expect((await asker.request(subject, data, quick)).headers).toMatchObject(said);
      }
    });

    it("is read by interceptors and handlers, beside what else is said", async () => {
      const { client } = await bus.client(weather, here);
      const { client: other } = await bus.client(weather, here);
      const seen: unknown[] = [];
      other.on("reading", ({ headers }) => seen.push(headers));
      await other.serve("station", {
        ...idle,
        measure: (_, { headers }) => {
          seen.push(headers);
          return { celsius: 1 };
        },
      });
      client.publish("reading", { celsius: 1 }, { headers: { "X-Own": "1" } });
      await vi.waitFor(() => expect(seen).toEqual([{ ...said, "X-Own": "1" }]));
      await client.channel("Oslo").station.measure({ sensor: "roof" });
      expect(seen[1]).toEqual(said);
    });

    it("is nothing that an event, a request or a lifecycle message is refused for", async () => {
      const { client, invalid, errors } = await bus.client(weather, here);
      const taken = { events: 0, requests: 0, lifecycle: 0, durable: 0 };
      const name = `contract-${process.pid}-${bus.dialect}`;
      client.on("reading", () => void taken.events++);
      client.onLifecycle("started", () => void taken.lifecycle++);
      await client.durable("reading", { name }, () => void taken.durable++);
      await client.serve("station", { ...idle, measure: () => ({ celsius: ++taken.requests }) });
      await client.flush();
      const sender = await bus.transport();
      for (const headers of others) {
        sender.publish("weather.events.oslo.reading", reading, headers);
        sender.publish("weather.lifecycle.tester.started", json({ service: "tester", version: "1" }), headers);
        const reply = await sender.request("weather.station.command", measuring, { ...quick, headers });
        expect(parsed(reply.data)).toMatchObject({ success: true });
      }
      const all = others.length;
      await vi.waitFor(() => expect(taken).toEqual({ events: all, requests: all, lifecycle: all, durable: all }));
      expect([...invalid, ...errors]).toEqual([]);
    });

    it("is nothing that a reply is refused for", async () => {
      const answering = await bus.transport();
      const waiting = [...others];
      answering.subscribe("weather.station.command", ({ respond }) => {
        respond?.(json({ service: "station", command: "measure", success: true, data: { celsius: 1 } }), waiting.pop());
      });
      await answering.flush();
      const { client, errors } = await bus.client(weather, here);
      for (const _ of others) {
        expect(await client.channel("Oslo").station.measure({ sensor: "roof" })).toEqual({ celsius: 1 });
      }
      expect([...waiting, ...errors]).toEqual([]);
    });

    it("stays what the sender of an event said, when a consumer gives the event up", async () => {
      const name = `contract-letters-${process.pid}-${bus.dialect}`;
      const { client } = await bus.client(weather, here);
      await client.durable("reading", { name }, () => undefined);
      const transport = await bus.transport();
      const letters: Delivery["headers"][] = [];
      transport.subscribe("dead.>", ({ headers }) => letters.push(headers));
      await transport.flush();
      transport.publish("weather.events.oslo.reading", bytes("{"), { Contract: "weather@older" });
      await vi.waitFor(() => expect(letters).toMatchObject([{ Contract: "weather@older" }]));
    });
  });
});

describe("on a server, the contract of a sender", () => {
  /** A server and a client that serves and hears readings; both end with the test. */
  async function started(configuration = "") {
    const server = await startNatsServer({ jetStream: false, configuration });
    onTestFinished(server.stop);
    const client = await connect(weather, { ...here, servers: server.url });
    onTestFinished(() => client.close());
    return { server, client };
  }

  it("is left out for programs that take no header fields", async () => {
    const { server, client } = await started();
    const { hostname, port } = new URL(server.url);
    const socket = connectSocket(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    let heard = "";
    socket.on("data", (data) => {
      heard += data;
    });
    socket.write('CONNECT {"verbose":false,"headers":false}\r\nSUB weather.events.oslo.reading 1\r\nPING\r\n');
    await vi.waitFor(() => expect(heard).toContain("PONG\r\n"));
    client.publish("reading", { celsius: 1 });
    await vi.waitFor(() => expect(heard).toMatch(/\r\nMSG weather\.events\.oslo\.reading 1 \d+\r\n\{.*\}\r\n$/s));
  });

  it("is left out where the server carries no header fields", async () => {
    const { client } = await started("no_header_support: true");
    await client.serve("station", idle);
    const heard = client.once("reading", { timeout: 5000 });
    await client.flush();
    client.publish("reading", { celsius: 1 });
    expect((await heard).headers).toBeUndefined();
    expect(await client.channel("Oslo").station.measure({ sensor: "roof" })).toEqual({ celsius: 1 });
  });
});
