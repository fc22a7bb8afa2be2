/** Every kind of credentials, on servers that want them: right, wrong and missing. */
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nkeys } from "nats";
import { expect, it, onTestFinished, vi } from "vitest";
import { connectNats, type NatsOptions } from "../../runtime/nats/connection.js";
import type { Transport, TransportStatus } from "../../runtime/transport/transport.js";
import { createAuthority } from "../support/certificates.js";
import { createAccounts } from "../support/nats-accounts.js";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { scratchFolder } from "../support/scratch.js";

async function server(configuration: string, port?: number): Promise<NatsServer> {
  const started = await startNatsServer({ configuration, jetStream: false, ...(port !== undefined && { port }) });
  onTestFinished(started.stop);
  return started;
}

async function connected(options: NatsOptions): Promise<Transport> {
  const transport = await connectNats(options);
  onTestFinished(() => transport.close());
  await transport.flush();
  return transport;
}

/** What the refusal says. */
async function refusal(options: NatsOptions): Promise<string> {
  const reason = await connectNats(options).then(
    () => "it was let in",
    (error: unknown) => error,
  );
  expect(reason).toMatchObject({ name: "ProtocolError", code: "connection_failed" });
  return (reason as Error).message;
}

it("a password is asked for, taken, and refused without being shown", async () => {
  const { url } = await server('authorization { user: "alice", password: "right horse" }');
  const at = `[connection_failed] cannot connect to ${url}: the server`;
  await connected({ servers: url, user: "alice", pass: "right horse" });
  expect(await refusal({ servers: url, user: "alice", pass: "battery" })).toBe(
    `${at} refuses the password of the user "alice"; check it, and that it is meant for this server`,
  );
  expect(await refusal({ servers: url })).toBe(
    `${at} wants credentials; give user and pass, token, credentialsFile or nkey`,
  );
});

it("a token is asked for, taken, and refused without being shown", async () => {
  const { url } = await server('authorization { token: "right" }');
  await connected({ servers: url, token: "right" });
  const said = await refusal({ servers: url, token: "battery" });
  expect(said).toContain("the server refuses the token; check it");
  expect(said).not.toContain("battery");
});

it("an address may hold a password or a token, which errors leave out", async () => {
  const { url } = await server('authorization { user: "alice", password: "4222/r@ght" }');
  const { url: other } = await server('authorization { token: "right" }');
  await connected({ servers: url.replace("//", "//alice:4222%2Fr@ght@") });
  await connected({ servers: ["nats://127.0.0.1:1", other.replace("//", "//right@")] });
  const said = await refusal({ servers: url.replace("//", "//alice:battery@") });
  expect(said).toContain(`cannot connect to ${url}: the server refuses the password of the user "alice"`);
});

it("an nkey is asked for, taken, and refused without being shown", async () => {
  const user = nkeys.createUser();
  const seed = (pair: typeof user) => new TextDecoder().decode(pair.getSeed());
  const { url } = await server(`authorization { users: [{ nkey: ${user.getPublicKey()} }] }`);
  await connected({ servers: url, nkey: `${seed(user)}\n` });
  const stranger = seed(nkeys.createUser());
  const said = await refusal({ servers: url, nkey: stranger });
  expect(said).toContain("the server refuses the nkey; check it");
  expect(said).not.toContain(stranger);
  expect(await refusal({ servers: url, nkey: "SUBROKEN" })).toBe(
    "[connection_failed] `nkey` is not the seed of an nkey, which begins with SU; check the path and the content",
  );
});

it("a credentials file is asked for, taken, and refused by its name", async () => {
  const accounts = createAccounts();
  const folder = await scratchFolder();
  const write = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const { url } = await server(accounts.configuration);
  await connected({ servers: url, credentialsFile: await write("bot.creds", accounts.credentialsFor("bot")) });
  const stranger = await write("stranger.creds", createAccounts().credentialsFor("bot"));
  expect(await refusal({ servers: url, credentialsFile: stranger })).toContain(
    `the server refuses the credentials in ${stranger}; check it`,
  );
  expect(await refusal({ servers: url })).toContain("the server wants credentials");
  const broken = await write("broken.creds", "nothing of the kind");
  expect(await refusal({ servers: url, credentialsFile: broken })).toContain(
    `${broken} is not a credentials file, which holds a JWT and a seed`,
  );
  const missing = join(folder, "missing.creds");
  expect(await refusal({ servers: url, credentialsFile: missing })).toContain(
    `the credentials file ${missing} cannot be read`,
  );
});

it("certificates are asked for on both sides, taken, and refused", async () => {
  const [authority, other] = [await createAuthority(), await createAuthority()];
  const [own, bot, stranger] = [
    await authority.issue("server"),
    await authority.issue("bot"),
    await other.issue("stranger"),
  ];
  const { url } = await server(`tls {
    cert_file: "${own.certificate}", key_file: "${own.key}", ca_file: "${authority.certificate}", verify: true
  }`);
  const caFile = authority.certificate;
  const tls = { caFile, certFile: bot.certificate, keyFile: bot.key };
  const refusalOf = (chosen: NatsOptions["tls"] & object) => refusal({ servers: url, tls: chosen, timeout: 700 });
  await connected({ servers: url, tls });
  expect(await refusalOf({ caFile, certFile: stranger.certificate, keyFile: stranger.key })).toContain(
    "the server does not accept our certificate; check tls.certFile, or give one",
  );
  expect(await refusalOf({ caFile })).toContain("the server does not accept our certificate");
  expect(await refusalOf({ ...tls, caFile: other.certificate })).toContain(
    "the server's certificate is signed by nobody we trust; give its authority in tls.caFile",
  );
  expect(await refusalOf({ ...tls, keyFile: stranger.key })).toContain(
    "the key in tls.keyFile is not that of the certificate in tls.certFile",
  );
  expect(await refusalOf({ ...tls, caFile: "/nowhere.pem" })).toContain("/nowhere.pem doesn't exist");
});

it("a server without TLS is told from one whose certificate is bad", async () => {
  const { url } = await server("");
  expect(await refusal({ servers: url, tls: {} })).toContain("the server does not speak TLS; leave out tls");
});

it("a credentials file is read again for each connection, so that it may be renewed, even late", async () => {
  const [before, after] = [createAccounts(), createAccounts()];
  const file = join(await scratchFolder(), "bot.creds");
  await writeFile(file, before.credentialsFor("bot"));
  const first = await server(before.configuration);
  const transport = await connected({ servers: first.url, credentialsFile: file, reconnectTimeWait: 20 });
  const statuses: TransportStatus[] = [];
  transport.onStatus((status) => statuses.push(status));
  await first.stop();
  await rm(file);
  await server(after.configuration, Number(new URL(first.url).port));
  const refusals = () => statuses.filter((status) => status.kind === "refused");
  await vi.waitFor(() => expect(refusals().length).toBeGreaterThan(2), 10_000);
  expect(refusals()[0]?.error.message).toContain(`the server refuses the credentials in ${file}; check it`);
  await writeFile(`${file}.new`, after.credentialsFor("bot"));
  await rename(`${file}.new`, file);
  await vi.waitFor(() => expect(statuses.at(-1)).toEqual({ kind: "reconnected" }), 10_000);
  await transport.flush();
});

it("a connection that is given up for good says why", async () => {
  const { url, stop } = await server('authorization { token: "right" }');
  const transport = await connected({ servers: url, token: "right", maxReconnectAttempts: 1, reconnectTimeWait: 10 });
  const statuses: TransportStatus[] = [];
  transport.onStatus((status) => statuses.push(status));
  await stop();
  await vi.waitFor(() => expect(statuses.at(-1)?.kind).toBe("closed"));
  const address = url.slice("nats://".length);
  expect(statuses).toMatchObject([
    { kind: "disconnected" },
    { kind: "reconnecting", server: address },
    { kind: "closed", error: { code: "connection_failed" } },
  ]);
});
