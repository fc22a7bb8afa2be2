/** How commands that talk to a bus reach it. */
import { Option } from "commander";
import type { ConfiguredOptions } from "../../runtime/config/load.js";
import type { NatsOptions } from "../../runtime/nats/connection.js";
import { configOf } from "../call/services.js";
import { CannotRun } from "../findings/cannot-run.js";
import type { Catalog, ConfigEntry } from "../model.js";

/** The parsed options of a connection. */
export interface ConnectionOptions {
  readonly config?: string;
  readonly servers?: readonly string[];
  /** The same, as it was once called. */
  readonly server?: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly creds?: string;
  readonly nkey?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

const options = [
  ["--config <file>", "a configuration as programs have it; the options below count for more"],
  [
    "--servers <urls...>",
    "where NATS is, several with commas (default: NATS_URL of the environment, else nats://localhost:4222)",
  ],
  ["--user <name>", "who asks"],
  ["--password <text>", "the user's password"],
  ["--token <text>", "a token"],
  ["--creds <file>", "a credentials file"],
  ["--nkey <seed>", "the seed of an nkey"],
  ["--tls-ca <file>", "who signed the server's certificate"],
  ["--tls-cert <file>", "a certificate to show"],
  ["--tls-key <file>", "the key of the certificate"],
] as const;

/** The options of a connection, for a command to take. */
export function connectionOptions(): readonly Option[] {
  const visible = options.map(([flags, description]) => new Option(flags, description).helpGroup("Connection:"));
  return [...visible, new Option("--server <urls...>").hideHelp()];
}

/**
 * What a configuration file says.
 *
 * @throws CannotRun when the protocol has no configuration that says how to connect
 * @throws ProtocolError `invalid_configuration`
 */
export async function readConfiguration(catalog: Catalog, file: string): Promise<ConfiguredOptions> {
  const { loadConfiguration } = await import("../../runtime/config/load.js");
  const config = catalog.messages.find((message) => message.kind === "config" && saysHowToConnect(message));
  if (config?.kind !== "config") throw new CannotRun(`${catalog.name} has no configuration that says where NATS is`);
  return (await loadConfiguration(configOf(catalog, config), file)).options;
}

function saysHowToConnect({ settings }: ConfigEntry): boolean {
  return Object.values(settings).some(({ option }) => option?.name === "servers");
}

/** What is said on the command line, over what is configured, over the environment. */
export function natsOptions(given: ConnectionOptions, configured: NatsOptions = {}): NatsOptions {
  const { servers, server = servers, user, password, token, creds, nkey, tlsCa, tlsCert, tlsKey } = given;
  const tls = chosen({ caFile: tlsCa, certFile: tlsCert, keyFile: tlsKey });
  return {
    servers: process.env["NATS_URL"] ?? "nats://localhost:4222",
    ...configured,
    ...chosen({
      servers: server?.flatMap((urls) => urls.split(",")),
      user,
      pass: password,
      token,
      credentialsFile: creds,
      nkey,
    }),
    ...(Object.keys(tls).length > 0 && { tls: { ...configured.tls, ...tls } }),
  };
}

function chosen(values: Readonly<Record<string, unknown>>): NatsOptions {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
