/** Watching a program over HTTP. */
import { Registry } from "prom-client";
import { ProtocolError } from "../error.js";
import type { Endpoint } from "../lifecycle/service-identity.js";
import { within } from "../session/within.js";
import { connectionClosed } from "../transport/transport-error.js";
import { quote } from "../value/wording.js";
import { type HttpAddress, type Page, type Pages, startHttpServer } from "./http-server.js";
import { type WatchableClient, watchClient } from "./metrics.js";
import { processMetrics } from "./process-metrics.js";

/** Where what is to be seen. `false`: nowhere. */
export interface HttpPaths {
  /** 200 while the client can do its work, otherwise 503; with `client.health()` as JSON. Default: `/health`. */
  readonly health?: string | false | undefined;
  /** 200 while the program can take work, otherwise 503. Default: `/ready`. */
  readonly ready?: string | false | undefined;
  /** For Prometheus. Default: `/metrics`. */
  readonly metrics?: string | false | undefined;
}

/** How a program is watched. */
export interface HttpOptions extends HttpAddress {
  readonly paths?: HttpPaths | undefined;
  /** What the program needs to take work, besides a client that can. When it throws, or takes longer than 5 s, that is a no. */
  readonly isReady?: (() => boolean | Promise<boolean>) | undefined;
  /** Metrics of the program's own, to be shown beside those of its client. */
  readonly registry?: Pick<Registry, "metrics"> | undefined;
  /** What the names of the client's metrics begin with. Default: the name of the protocol, and `_`. */
  readonly prefix?: string | undefined;
  /** Whether to show metrics of the process. Default: `true`, unless the program has metrics of its own. */
  readonly processMetrics?: boolean | undefined;
}

/** A program that is watched. */
export interface HttpEndpoint {
  readonly port: number;
  /** Ends it. It ends by itself when its client is closed. */
  close(): Promise<void>;
}

type PathsByName = Readonly<Record<"health" | "ready" | "metrics", string | false>>;

// In ms. Who asks whether a program is ready does not wait for longer.
const longestDoubt = 5_000;

/**
 * Shows the health and the metrics of a client over HTTP. The client tells others where, if it has a `service`.
 *
 * @throws ProtocolError `invalid_argument` when the port cannot be listened on, or a path or the prefix cannot be one;
 * `connection_closed` when the client is closed
 */
export async function serveHttp(client: WatchableClient, options: HttpOptions): Promise<HttpEndpoint> {
  const { health = "/health", ready = "/ready", metrics = "/metrics" } = options.paths ?? {};
  const paths = { health, ready, metrics };
  const own = new Registry();
  const pages = pagesOf(paths, client, { ...options, own });
  const prefix = prefixOf(client, options);
  if (client.health().status === "stopping") throw connectionClosed();
  const { port, close: stopServing } = await startHttpServer(pages, options);
  const watching = watchClient(client, own, prefix);
  const closing = client.onStatus(({ kind }) => kind === "closed" && void close());
  if (client.health().service !== undefined) client.describe({ endpoints: endpointsOf(paths, port) });

  async function close(): Promise<void> {
    closing.stop();
    watching.stop();
    await stopServing();
  }
  return { port, close };
}

function prefixOf(
  { protocol }: WatchableClient,
  { prefix = `${protocol.name}_`.replaceAll(/\W/gu, "_") }: HttpOptions,
) {
  if (/^[a-z_:][a-z0-9_:]*$/iu.test(prefix)) return prefix;
  throw new ProtocolError("invalid_argument", `no metric can begin with ${quote(prefix)}: use letters, digits and "_"`);
}

/** The options, and the registry of the client's metrics. */
type Sources = HttpOptions & { readonly own: Registry };

function pagesOf(paths: PathsByName, client: WatchableClient, sources: Sources): Pages {
  const pages = {
    health: async () => statusPage(client.health().status === "healthy", client.health()),
    ready: async () => {
      const ready = await isReady(client, sources);
      return statusPage(ready, { ready, status: client.health().status });
    },
    metrics: () => metricsPage(sources),
  };
  const byPath = new Map<string, () => Promise<Page>>();
  for (const name of ["health", "ready", "metrics"] as const) {
    const path = paths[name];
    if (path === false) continue;
    if (!/^\/[^?#\s]*$/u.test(path) || byPath.has(path)) {
      const reason = `the path ${quote(path)} of ${name} must begin with "/", and be different from the others`;
      throw new ProtocolError("invalid_argument", reason);
    }
    byPath.set(path, pages[name]);
  }
  return byPath;
}

function statusPage(isGood: boolean, content: object): Page {
  return { status: isGood ? 200 : 503, type: "application/json", body: `${JSON.stringify(content)}\n` };
}

async function isReady(client: WatchableClient, { isReady: ask = () => true }: HttpOptions): Promise<boolean> {
  if (client.health().status !== "healthy") return false;
  try {
    return await within(longestDoubt, ask(), false);
  } catch {
    return false;
  }
}

async function metricsPage({
  own,
  registry,
  processMetrics: withProcess = registry === undefined,
}: Sources): Promise<Page> {
  const registries = [...(withProcess ? [processMetrics()] : []), own, ...(registry === undefined ? [] : [registry])];
  const texts = await Promise.all(registries.map((each) => each.metrics()));
  return { status: 200, type: own.contentType, body: texts.join("\n") };
}

/** Those that others may want to look at. Whether it is ready is for those who run the program. */
function endpointsOf({ health, metrics }: PathsByName, port: number): Readonly<Record<string, Endpoint>> {
  return {
    ...(health !== false && { health: { port, path: health } }),
    ...(metrics !== false && { metrics: { port, path: metrics } }),
  };
}
