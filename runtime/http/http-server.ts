/** A few pages over HTTP, each made when somebody asks for it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ProtocolError } from "../error.js";
import { describe } from "../value/wording.js";

/** What is answered. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Pages by their path. */
export type Pages = ReadonlyMap<string, () => Promise<Page>>;

/** Where to listen. */
export interface HttpAddress {
  /** 0: any that is free. */
  readonly port: number;
  /** Default: all that the machine has. */
  readonly host?: string | undefined;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Ends all connections. May be called more than once. */
  close(): Promise<void>;
}

/** @throws ProtocolError `invalid_argument` when the address cannot be listened on */
export async function startHttpServer(pages: Pages, address: HttpAddress): Promise<HttpServer> {
  checkPort(address.port);
  const server = createServer((request, response) => void answer(pages, request, response));
  await listening(server, address);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(pages: Pages, { method, url = "" }: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = pages.get(url.split("?", 1)[0] ?? "");
  const asks = method === "GET" || method === "HEAD";
  const { status, type, body } = asks ? await made(page) : text(405, "only GET and HEAD are answered here\n");
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    ...(asks ? {} : { allow: "GET, HEAD" }),
  });
  response.end(method === "HEAD" ? undefined : body);
}

async function made(page: (() => Promise<Page>) | undefined): Promise<Page> {
  if (page === undefined) return text(404, "there is nothing here\n");
  try {
    return await page();
  } catch (reason) {
    return text(500, `${ProtocolError.from(reason, "internal").message}\n`);
  }
}

function text(status: number, body: string): Page {
  return { status, type: "text/plain; charset=utf-8", body };
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new ProtocolError("invalid_argument", `port must be a whole number from 0 to 65535, not ${describe(port)}`);
}

async function listening(server: Server, { port, host }: HttpAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = `port ${port} of ${host ?? "this machine"} cannot be listened on (${cause.code}): choose another`;
      reject(new ProtocolError("invalid_argument", reason, { cause }));
    });
    server.listen(port, host, resolve);
  });
}
