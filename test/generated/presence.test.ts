/** What a service of this protocol says about itself is what those of kryten-py say, and the other way round. */
import { afterEach, expect, it, vi } from "vitest";
import { connect, createMemoryBroker, kryten, type Transport } from "../../generated/index.js";
import { parsed } from "../support/brokers.js";
import { inEachDialect } from "../support/dialect.js";

inEachDialect(kryten, ({ protocol, spelled }) => {
  const broker = createMemoryBroker();
  const closing: { close(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const each of closing.splice(0)) await each.close();
  });

  function transport(): Transport {
    const made = broker.connect();
    closing.push(made);
    return made;
  }

  async function echoBot() {
    const service = { name: "Echo.Bot", version: "1.0.0", hostname: "vm", instance: "one" };
    const endpoints = { health: { port: 8001, path: "/health" }, metrics: { port: 9001, path: "/metrics" } };
    const client = await connect(protocol, { transport: transport(), service: { ...service, endpoints } });
    closing.push(client);
    return client;
  }

  it("a service says that it starts, lives and stops, on the subjects and in the form of kryten-py", async () => {
    const heard: [string, unknown][] = [];
    transport().subscribe("kryten.lifecycle.>", ({ subject, data }) => heard.push([subject, parsed(data)]));
    const client = await echoBot();
    await client.close();
    await broker.idle();
    const report = {
      service: "Echo.Bot",
      version: "1.0.0",
      hostname: "vm",
      timestamp: expect.any(String),
      uptime_seconds: expect.any(Number),
      metadata: {
        endpoints: { health: { port: 8001, path: "/health" }, metrics: { port: 9001, path: "/metrics" } },
        instance: "one",
        contract: kryten.hash,
        heartbeat_interval: 30,
      },
    };
    expect(heard).toEqual([
      [spelled("kryten.lifecycle.echo-bot.startup"), report],
      [spelled("kryten.lifecycle.echo-bot.connected"), { ...report, target: "NATS" }],
      [spelled("kryten.lifecycle.echo-bot.shutdown"), { ...report, reason: "normal shutdown" }],
    ]);
  });

  it("a service answers a discovery poll, also when somebody waits for a reply", async () => {
    await echoBot();
    const poll = spelled("kryten.service.discovery.poll");
    const reply = await transport().request(poll, new Uint8Array(), { timeout: 1000 });
    expect(parsed(reply.data)).toMatchObject({ service: "Echo.Bot", metadata: { instance: "one" } });
  });

  it("a registry knows services of kryten-py, by their machine", async () => {
    const watching = await connect(protocol, { transport: transport() });
    closing.push(watching);
    const registry = await watching.registry();
    watching.publishLifecycle("startup", {
      service: "userstats",
      version: "0.9",
      hostname: "vm",
      timestamp: "2026-11-20T10:16:06.673180+00:00",
      uptime_seconds: 60,
      metadata: { endpoints: { health: { port: 8001, path: "/health" } } },
    });
    await vi.waitFor(() =>
      expect(registry.instances("userstats")).toMatchObject([
        {
          instance: undefined,
          contract: undefined,
          hostname: "vm",
          version: "0.9",
          startedAt: new Date("2026-11-20T10:15:06.673Z"),
          endpoints: { health: { port: 8001, path: "/health" } },
        },
      ]),
    );
  });

  it("a group restart is waited for as long as it says", async () => {
    const client = await echoBot();
    const requests: unknown[] = [];
    client.onRestart((request) => requests.push(request));
    client.publishLifecycle("groupRestart", {
      initiator: "robot",
      reason: "Configuration update",
      delay_seconds: 0.02,
    });
    const asked = performance.now();
    await vi.waitFor(() =>
      expect(requests).toMatchObject([{ source: "robot", reason: "Configuration update", delay: 20 }]),
    );
    expect(performance.now() - asked).toBeGreaterThan(15);
  });
});
