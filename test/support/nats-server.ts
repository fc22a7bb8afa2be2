/** A real NATS server for tests: on a free port of the loopback interface, with a JetStream store of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A server that runs until it is stopped. */
export interface NatsServer {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  /** The last of what it wrote down. */
  log(): string;
  /** Sends the process a signal, such as `SIGUSR2`, which asks it to send its clients away and stop. */
  signal(name: NodeJS.Signals): void;
  /** Ends the server as a crash does. Its port and its store stay. */
  crash(): Promise<void>;
  /** Starts it again after a crash, where it was. */
  restart(): Promise<void>;
  /** Ends the server and removes its store. */
  stop(): Promise<void>;
}

export interface NatsServerOptions {
  /** In bytes. Default: that of the server, 1 MiB. */
  readonly maximumPayload?: number;
  /** More configuration, as a configuration file has it. */
  readonly configuration?: string;
  /** Default: `true`. */
  readonly jetStream?: boolean;
  /** Default: a free one. */
  readonly port?: number;
}

const patience = 15_000;

/** @throws Error when there is no server to start, or it does not start */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const binary = natsServerBinary();
  const directory = mkdtempSync(join(tmpdir(), "nats-server-"));
  let { server, log, url } = await start(binary, directory, options);
  return {
    url,
    log: () => log.text,
    signal: (name) => server.kill(name),
    crash: () => ended(server, "SIGKILL"),
    restart: async () => {
      ({ server, log } = await start(binary, directory, { ...options, port: Number(new URL(url).port) }));
    },
    stop: async () => {
      await ended(server, "SIGTERM");
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/**
 * The server to start: what `NATS_SERVER` names, else `nats-server` of the `PATH` or of `/usr/sbin`.
 *
 * @throws Error when there is none
 */
export function natsServerBinary(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment["NATS_SERVER"];
  if (named !== undefined && named !== "") {
    if (isExecutable(named)) return named;
    throw new Error(`NATS_SERVER is ${named}, which cannot be run`);
  }
  const directories = [...(environment["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/sbin"];
  const found = directories.map((directory) => join(directory, "nats-server")).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    "these tests need a NATS server: set NATS_SERVER to its path, or put nats-server on the PATH " +
      "(`apt-get install nats-server`, or https://github.com/nats-io/nats-server/releases)",
  );
}

async function start(binary: string, directory: string, options: NatsServerOptions) {
  const configuration = join(directory, "server.conf");
  writeFileSync(configuration, configurationText(directory, options));
  for (const name of portsFiles(directory)) rmSync(join(directory, name));
  const server = spawn(binary, ["--config", configuration], { stdio: ["ignore", "ignore", "pipe"] });
  const log = collect(server);
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  server.once("exit", () => process.off("exit", kill));
  try {
    return { server, log, url: await urlOf(server, directory) };
  } catch (reason) {
    await ended(server, "SIGKILL");
    throw new Error(`${binary} does not start: ${reason instanceof Error ? reason.message : reason}\n${log.text}`);
  }
}

function configurationText(directory: string, options: NatsServerOptions): string {
  const { maximumPayload = 1024 * 1024, configuration = "", jetStream = true, port = -1 } = options;
  return [
    `listen: "127.0.0.1:${port}"`,
    `ports_file_dir: ${JSON.stringify(directory)}`,
    `max_payload: ${maximumPayload}`,
    jetStream ? `jetstream { store_dir: ${JSON.stringify(join(directory, "jetstream"))} }` : "",
    configuration,
  ].join("\n");
}

/** The server writes where it listens into a file, once it does. */
async function urlOf(server: ChildProcess, directory: string): Promise<string> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`it ended with status ${server.exitCode}`);
    const [file] = portsFiles(directory);
    const text = file === undefined ? "" : readFileSync(join(directory, file), "utf8");
    const url = /(?:nats|tls):\/\/127\.0\.0\.1:[0-9]+/.exec(text)?.[0];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not listen within ${patience} ms`);
}

function portsFiles(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith(".ports"));
}

async function ended(server: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const end = new Promise((resolve) => server.once("exit", resolve));
  server.kill(signal);
  const impatience = setTimeout(() => server.kill("SIGKILL"), 2000);
  await end;
  clearTimeout(impatience);
}

function collect(server: ChildProcess): { text: string } {
  const log = { text: "" };
  server.stderr?.on("data", (chunk) => {
    log.text = (log.text + chunk).slice(-10_000);
  });
  return log;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
