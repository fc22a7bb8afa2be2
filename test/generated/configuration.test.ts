/** Every setting of a configuration does something. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nkeys } from "nats";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  type Client,
  connect,
  createMemoryBroker,
  type KrytenContract,
  kryten,
  krytenClientConfig,
} from "../../generated/index.js";
import { type Configuration, loadConfiguration } from "../../runtime/config/index.js";
import { serveHttp } from "../../runtime/http/index.js";
import { jsonLogger } from "../../runtime/observe/json-logger.js";
import type { Json } from "../../runtime/value/shape.js";
import { startBareNatsServer } from "../support/bare-nats-server.js";
import { createAuthority } from "../support/certificates.js";
import { createAccounts } from "../support/nats-accounts.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { scratchFolder } from "../support/scratch.js";

type Settings = Readonly<Record<string, Json>>;
type Loaded = Configuration<unknown>["options"];

const lounge = { domain: "cytu.be", channel: "lounge" };

/** The options that these settings make. */
async function optionsOf(nats: Settings, others: Settings = {}): Promise<Loaded> {
  const value = { nats: { servers: ["nats://unused"], ...nats }, channels: [lounge], ...others };
  return (await loadConfiguration(krytenClientConfig, { value })).options;
}

async function started(options: Loaded): Promise<Client<KrytenContract>> {
  const client = await connect(kryten, options);
  onTestFinished(() => client.close());
  return client;
}

async function server(configuration = ""): Promise<NatsServer> {
  const running = await startNatsServer({ jetStream: false, configuration });
  onTestFinished(running.stop);
  return running;
}

/** That these settings of NATS let a client in where others do not. */
async function letsIn(configuration: string, right: Settings, wrong: Settings): Promise<void> {
  const { url } = await server(configuration);
  const client = await started(await optionsOf({ servers: [url], ...right }));
  await client.flush();
  const refused = connect(kryten, { ...(await optionsOf({ servers: [url], ...wrong })), timeout: 500 });
  await expect(refused).rejects.toMatchObject({ code: "connection_failed" });
}

async function mutualTls(setting: "tls_cert" | "tls_key" | "tls_ca"): Promise<void> {
  const authority = await createAuthority();
  const [own, bot] = [await authority.issue("server"), await authority.issue("bot")];
  const right = { tls_ca: authority.certificate, tls_cert: bot.certificate, tls_key: bot.key };
  const configuration = `tls {
    cert_file: "${own.certificate}", key_file: "${own.key}", ca_file: "${authority.certificate}", verify: true
  }`;
  await letsIn(configuration, right, { ...right, [setting]: null });
}

/** A client on a bus within the process, with these settings, and what it says about itself there. */
async function onMemory(others: Settings, more: Loaded = {}) {
  const broker = createMemoryBroker();
  const listening = broker.connect();
  const said: { readonly subject: string; readonly body: Record<string, unknown> }[] = [];
  listening.subscribe("kryten.lifecycle.>", ({ subject, data }) =>
    said.push({ subject, body: JSON.parse(new TextDecoder().decode(data)) }),
  );
  const options = await optionsOf({}, others);
  const client = await started({ ...options, transport: broker.connect(), ...more });
  const listener = await connect(kryten, { transport: broker.connect(), channels: [lounge] });
  await client.flush();
  await listening.flush();
  return { broker, client, listener, said, options };
}

function service(settings: Settings): Settings {
  return { service: { name: "echo", ...settings } };
}

/** What the client says about itself first. */
async function startupOf(settings: Settings): Promise<Record<string, unknown>> {
  const { said } = await onMemory(settings);
  return said.find(({ subject }) => subject.endsWith(".startup"))?.body ?? {};
}

async function statusOf(settings: Settings): Promise<(path: string) => Promise<number>> {
  const { client, options } = await onMemory({ metrics: { port: 1, ...settings } });
  const { port, close } = await serveHttp(client, { ...options.http, port: 0 });
  onTestFinished(close);
  return async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
}

function statusesOf(client: Client<KrytenContract>): readonly string[] {
  const kinds: string[] = [];
  client.onStatus(({ kind }) => kinds.push(kind));
  return kinds;
}

/** When two lines of chat are sent, in ms after the first. */
async function chatTimes(settings: Settings): Promise<readonly number[]> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const { client, broker } = await onMemory(settings);
  broker.connect().subscribe("kryten.robot.command", () => undefined);
  const times: number[] = [];
  broker.observe(() => times.push(performance.now()));
  const { robot } = client.channel("lounge");
  const sent = ["one", "two"].map((message) => robot.sendChat({ message }).catch(() => undefined));
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all(sent);
  return times.map((time) => Math.round(time - (times[0] ?? 0)));
}

const effects: Readonly<Record<string, () => Promise<void>>> = {
  "/nats/servers": async () => {
    const { url } = await server();
    const client = await started(await optionsOf({ servers: ["nats://127.0.0.1:1", url] }));
    await client.flush();
  },
  "/nats/user": () =>
    letsIn(
      'authorization { user: "ola", password: "right" }',
      { user: "ola", password: "right" },
      { password: "right" },
    ),
  "/nats/password": () =>
    letsIn('authorization { user: "ola", password: "right" }', { user: "ola", password: "right" }, { user: "ola" }),
  "/nats/token": () => letsIn('authorization { token: "right" }', { token: "right" }, { token: null }),
  "/nats/creds": async () => {
    const accounts = createAccounts();
    const creds = join(await scratchFolder(), "bot.creds");
    await writeFile(creds, accounts.credentialsFor("bot"));
    await letsIn(accounts.configuration, { creds }, {});
  },
  "/nats/nkey": async () => {
    const user = nkeys.createUser();
    const nkey = new TextDecoder().decode(user.getSeed());
    await letsIn(`authorization { users: [{ nkey: ${user.getPublicKey()} }] }`, { nkey }, {});
  },
  "/nats/tls_cert": () => mutualTls("tls_cert"),
  "/nats/tls_key": () => mutualTls("tls_key"),
  "/nats/tls_ca": () => mutualTls("tls_ca"),
  "/nats/connect_timeout": async () => {
    const { url } = await startBareNatsServer({ silent: true });
    const options = await optionsOf({ servers: [url], connect_timeout: 1 });
    await expect(connect(kryten, options)).rejects.toThrow("nothing answers there");
  },
  "/nats/reconnect_time_wait": async () => {
    const running = await server();
    const after = async (wait: number) =>
      statusesOf(await started(await optionsOf({ servers: [running.url], reconnect_time_wait: wait })));
    const [hasty, patient] = [await after(1), await after(60)];
    await running.crash();
    await running.restart();
    await vi.waitFor(() => expect(hasty).toContain("reconnected"), { timeout: 10_000 });
    expect(patient).toEqual(["disconnected"]);
  },
  "/nats/max_reconnect_attempts": async () => {
    const running = await server();
    const options = {
      ...(await optionsOf({ servers: [running.url], max_reconnect_attempts: 1 })),
      reconnectTimeWait: 10,
    };
    const seen = statusesOf(await started(options));
    await running.crash();
    await vi.waitFor(() => expect(seen).toEqual(["disconnected", "reconnecting", "closed"]));
  },
  "/nats/ping_interval": async () => {
    const { url, lines } = await startBareNatsServer();
    await started({ ...(await optionsOf({ servers: [url], ping_interval: 1 })) });
    const before = lines.filter((line) => line === "PING").length;
    await vi.waitFor(() => expect(lines.filter((line) => line === "PING").length).toBeGreaterThan(before), {
      timeout: 5_000,
    });
  },
  "/channels": async () => {
    const { client } = await onMemory({ channels: [lounge, { domain: "cytu.be", channel: "Movies" }] });
    expect(client.channels.map(({ address }) => address)).toEqual([lounge, { domain: "cytu.be", channel: "Movies" }]);
  },
  "/service/name": async () => {
    expect(await startupOf(service({}))).toMatchObject({ service: "echo" });
  },
  "/service/version": async () => {
    expect(await startupOf(service({ version: "2.0.0" }))).toMatchObject({ version: "2.0.0" });
    expect(await startupOf(service({}))).toMatchObject({ version: "1.0.0" });
  },
  "/service/enable_lifecycle": async () => {
    const { said } = await onMemory(service({ enable_lifecycle: false }));
    expect(said).toEqual([]);
  },
  "/service/enable_heartbeat": async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const heartbeats = async (settings: Settings) => {
      const { said } = await onMemory(service(settings));
      await vi.advanceTimersByTimeAsync(60_000);
      return said.filter(({ subject }) => subject.endsWith(".heartbeat")).length;
    };
    expect(await heartbeats({ enable_heartbeat: false })).toBe(0);
    expect(await heartbeats({})).toBeGreaterThan(1);
  },
  "/service/heartbeat_interval": async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const { said } = await onMemory(service({ heartbeat_interval: 7.5 }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said.filter(({ subject }) => subject.endsWith(".heartbeat")).length).toBe(8);
  },
  "/service/enable_discovery": async () => {
    const answers = async (settings: Settings) => {
      const { broker, said } = await onMemory(service(settings));
      const asking = broker.connect();
      asking.publish("kryten.service.discovery.poll", new TextEncoder().encode("{}"));
      await asking.flush();
      return said.filter(({ subject }) => subject.endsWith(".startup")).length - 1;
    };
    expect(await answers({ enable_discovery: false })).toBe(0);
    expect(await answers({})).toBe(1);
  },
  "/service/health_port": async () => {
    expect(await startupOf(service({ health_port: 81 }))).toMatchObject({
      metadata: { endpoints: { health: { port: 81, path: "/health" } } },
    });
  },
  "/service/health_path": async () => {
    expect(await startupOf(service({ health_port: 81, health_path: "/ok" }))).toMatchObject({
      metadata: { endpoints: { health: { port: 81, path: "/ok" } } },
    });
  },
  "/service/metrics_port": async () => {
    expect(await startupOf(service({ metrics_port: 82 }))).toMatchObject({
      metadata: { endpoints: { metrics: { port: 82, path: "/metrics" } } },
    });
  },
  "/service/metrics_path": async () => {
    expect(await startupOf(service({ metrics_port: 82, metrics_path: "/numbers" }))).toMatchObject({
      metadata: { endpoints: { metrics: { port: 82, path: "/numbers" } } },
    });
  },
  "/metrics/port": async () => {
    const { options } = await onMemory({ metrics: { port: 28282 } });
    expect(options.http?.port).toBe(28282);
  },
  "/metrics/health_path": async () => {
    const status = await statusOf({ health_path: "/ok" });
    expect([await status("/ok"), await status("/health"), await status("/metrics")]).toEqual([200, 404, 200]);
  },
  "/metrics/metrics_path": async () => {
    const status = await statusOf({ metrics_path: "/numbers" });
    expect([await status("/numbers"), await status("/metrics"), await status("/health")]).toEqual([200, 404, 200]);
  },
  "/handler_timeout": async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    // A clock that stands at 0 has not begun.
    await vi.advanceTimersByTimeAsync(1);
    const codes: string[] = [];
    const { client, listener } = await onMemory({ handler_timeout: 5 }, { onError: ({ code }) => codes.push(code) });
    client.on("clearchat", () => new Promise(() => undefined));
    await client.flush();
    listener.publish("clearchat", { clearedBy: "ola" });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(codes).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(codes).toEqual(["handler_timeout"]);
  },
  "/retry_attempts": async () => {
    const attempts = async (settings: Settings) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { client } = await onMemory(settings);
      const refused = client
        .channel("lounge")
        .robot.ping()
        .catch((reason) => reason.attempts);
      await vi.advanceTimersByTimeAsync(60_000);
      return refused;
    };
    expect(await attempts({ retry_attempts: 2 })).toBe(3);
    expect(await attempts({})).toBe(4);
  },
  "/retry_delay": async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const asked = async (settings: Settings) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { client, broker } = await onMemory({ retry_attempts: 1, ...settings });
      let count = 0;
      broker.observe(({ subject }) => (count += Number(subject === "kryten.robot.command")));
      const refused = client
        .channel("lounge")
        .robot.ping()
        .catch(() => undefined);
      await vi.advanceTimersByTimeAsync(900);
      const early = count;
      await vi.advanceTimersByTimeAsync(60_000);
      await refused;
      return [early, count];
    };
    expect(await asked({ retry_delay: 2 })).toEqual([1, 2]);
    expect(await asked({})).toEqual([2, 2]);
  },
  "/max_concurrent_handlers": async () => {
    const runningOf = async (settings: Settings) => {
      const { client, listener } = await onMemory(settings);
      let running = 0;
      for (let count = 0; count < 3; count++) {
        client.on("clearchat", () => {
          running += 1;
          return new Promise(() => undefined);
        });
      }
      await client.flush();
      listener.publish("clearchat", { clearedBy: "ola" });
      await listener.flush();
      return running;
    };
    expect(await runningOf({ max_concurrent_handlers: 2 })).toBe(2);
    expect(await runningOf({})).toBe(3);
  },
  "/chat_min_delay": async () => {
    expect(await chatTimes({ chat_min_delay: 4, chat_jitter: 0 })).toEqual([0, 4000]);
    expect(await chatTimes({ chat_jitter: 0 })).toEqual([0, 1000]);
  },
  "/chat_jitter": async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    expect(await chatTimes({ chat_jitter: 2 })).toEqual([0, 2000]);
    expect(await chatTimes({})).toEqual([0, 1250]);
  },
  "/log_level": async () => {
    const said = async (leastGrave: string) => {
      const lines: string[] = [];
      const log = (level: string) => (line: string) =>
        void lines.push(level === "debug" ? `debug ${line.split(":")[0]}` : level);
      const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
      const { client, broker } = await onMemory({ log_level: leastGrave }, { logger });
      client.on("clearchat", () => {
        throw new Error("wrong");
      });
      await client.flush();
      const sender = broker.connect();
      for (const text of [
        "no JSON",
        '{"event_name":"clearchat","payload":{"clearedBy":"ola"},"channel":"lounge","domain":"cytu.be"}',
      ]) {
        sender.publish("kryten.events.cytube.lounge.clearchat", new TextEncoder().encode(text));
      }
      await sender.flush();
      await client.settled();
      return lines;
    };
    expect(await said("WARNING")).toEqual(["warn", "error"]);
    expect(await said("CRITICAL")).toEqual(["error"]);
    const lines: string[] = [];
    const { client } = await onMemory(
      { log_level: "DEBUG" },
      { logger: jsonLogger({ write: (line) => lines.push(line) }) },
    );
    client.publish("clearchat", { clearedBy: "ola" });
    const messages = lines.map((line) => JSON.parse(line).message);
    expect(messages).toEqual(["published kryten/events/clearchat"]);
    expect(await said("DEBUG")).toEqual([
      "warn",
      "debug received kryten/events/clearchat",
      "debug handled kryten/events/clearchat",
      "error",
    ]);
    const refused = optionsOf({}, { log_level: "debug" });
    await expect(refused).rejects.toThrow(/log_level must be .*, not "debug"; did you mean "DEBUG"\?/);
    await expect(optionsOf({}, { log_level: "VERBOSE" })).rejects.toThrow(
      /log_level must be "DEBUG", .*, not "VERBOSE"/,
    );
  },
};

describe("every setting has an effect", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it.each(Object.keys(effects))("%s", async (pointer) => {
    await effects[pointer]?.();
  });

  it("and none is left out", () => {
    expect(Object.keys(krytenClientConfig.settings).toSorted()).toEqual(Object.keys(effects).toSorted());
  });
});

it("the examples of the schema are configurations", async () => {
  const schema = JSON.parse(await readFile("schema/kryten/config/client.json", "utf8")) as { examples: unknown[] };
  expect(schema.examples.length).toBeGreaterThan(1);
  const variables = { NATS_USER: "ola", NATS_PASSWORD: "right" };
  for (const value of schema.examples) await loadConfiguration(krytenClientConfig, { value }, { variables });
});
