/** What becomes of requests on a real server, beyond what every bus does: `transport.test.ts` has that. */
import { connect } from "nats";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connectNats, natsTransport } from "../../runtime/nats/connection.js";
import type { Transport } from "../../runtime/transport/transport.js";
import { bytes } from "../support/brokers.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function server(options: Parameters<typeof startNatsServer>[0] = {}): Promise<NatsServer> {
  const started = await startNatsServer({ jetStream: false, ...options });
  closing.push(started.stop);
  return started;
}

function opened(transport: Transport): Transport {
  closing.push(() => transport.close());
  return transport;
}

/** Answers with what it was asked. */
async function echo(transport: Transport, subject: string): Promise<void> {
  transport.subscribe(subject, ({ data, respond }) => respond?.(data));
  await transport.flush();
}

async function ask(transport: Transport, subject: string, question = "?"): Promise<string> {
  const { data } = await transport.request(subject, bytes(question), { timeout: 10_000 });
  return new TextDecoder().decode(data);
}

const permissions = `authorization { users: [
  { user: "echo", password: "x" }
  { user: "alice", password: "x",
    permissions: { publish: ["echo", "slow"], subscribe: ["_INBOX_alice.>"] } }
] }`;
const echoUser = { user: "echo", pass: "x" };
const alice = { user: "alice", pass: "x" };

describe("replies arrive where the connection has its inboxes", () => {
  it("of one that is made here", async () => {
    const { url } = await server({ configuration: permissions });
    await echo(opened(await connectNats({ servers: url, ...echoUser })), "echo");
    const asking = opened(await connectNats({ servers: url, ...alice, inboxPrefix: "_INBOX_alice" }));
    expect(await ask(asking, "echo", "a")).toBe("a");
  });

  it("of one that is handed in", async () => {
    const { url } = await server({ configuration: permissions });
    await echo(opened(await connectNats({ servers: url, ...echoUser })), "echo");
    const connection = await connect({ servers: url, ...alice, inboxPrefix: "_INBOX_alice" });
    closing.push(() => connection.close());
    expect(await ask(opened(natsTransport(connection)), "echo", "a")).toBe("a");
  });
});

describe("what the server does not permit", () => {
  it("fails the request that was refused, and no other", async () => {
    const { url } = await server({ configuration: permissions });
    const answering = opened(await connectNats({ servers: url, ...echoUser }));
    const answers: (() => void)[] = [];
    answering.subscribe("slow", ({ data, respond }) => answers.push(() => respond?.(data)));
    await answering.flush();
    const asking = opened(await connectNats({ servers: url, ...alice, inboxPrefix: "_INBOX_alice" }));
    const slow = ask(asking, "slow", "a");
    await expect(ask(asking, "forbidden")).rejects.toMatchObject({ code: "connection_failed", subject: "forbidden" });
    await vi.waitFor(() => expect(answers.length).toBe(1));
    answers[0]?.();
    expect(await slow).toBe("a");
  });

  it("fails all requests when it is their inbox, and those that come later too", async () => {
    const { url } = await server({ configuration: permissions });
    await echo(opened(await connectNats({ servers: url, ...echoUser })), "echo");
    const asking = opened(await connectNats({ servers: url, ...alice }));
    const notPermitted = /does not permit the subscription to "_INBOX\./;
    for (let time = 0; time < 2; time++) {
      const asked = [ask(asking, "echo"), ask(asking, "slow")];
      await Promise.all(asked.map((request) => expect(request).rejects.toThrow(notPermitted)));
    }
  });
});

it("requests are answered after the connection was lost and came back", async () => {
  const first = await startNatsServer({ jetStream: false });
  const port = Number(new URL(first.url).port);
  const [asking, answering] = [
    opened(await connectNats({ servers: first.url, reconnectTimeWait: 20 })),
    opened(await connectNats({ servers: first.url, reconnectTimeWait: 20 })),
  ];
  await echo(answering, "echo");
  expect(await ask(asking, "echo", "before")).toBe("before");
  const back = [asking, answering].map(
    (transport) =>
      new Promise<void>((resolve) => transport.onStatus(({ kind }) => kind === "reconnected" && resolve())),
  );
  await first.stop();
  await server({ port });
  await Promise.all(back);
  await answering.flush();
  expect(await ask(asking, "echo", "after")).toBe("after");
});

it("a connection that is about to close takes none, and says so", async () => {
  const { url } = await server();
  const connection = await connect({ servers: url });
  const asking = opened(natsTransport(connection));
  const draining = connection.drain();
  await expect(ask(asking, "echo")).rejects.toMatchObject({ code: "connection_closed" });
  await draining;
});

it("a reply that comes too late is nobody's", async () => {
  const { url } = await server();
  const [asking, answering] = [
    opened(await connectNats({ servers: url })),
    opened(await connectNats({ servers: url })),
  ];
  const answers: (() => void)[] = [];
  answering.subscribe("echo", ({ data, respond }) => answers.push(() => respond?.(data)));
  await answering.flush();
  const late = asking.request("echo", bytes("late"), { timeout: 10 });
  await expect(late).rejects.toMatchObject({ code: "timeout" });
  const next = ask(asking, "echo", "next");
  await vi.waitFor(() => expect(answers.length).toBe(2));
  for (const answer of answers) answer();
  expect(await next).toBe("next");
});
