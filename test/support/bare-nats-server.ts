/** As much of a NATS server as it takes to be connected to, written down line by line. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** A server that answers pings, or is silent from the start. It lives as long as the test. */
export async function startBareNatsServer({ silent = false } = {}): Promise<{ url: string; lines: readonly string[] }> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    if (silent) return;
    socket.write(`INFO ${JSON.stringify({ server_id: "bare", version: "2.9.10", max_payload: 1024 * 1024 })}\r\n`);
    createInterface(socket).on("line", (line) => {
      lines.push(line);
      if (line === "PING") socket.write("PONG\r\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`, lines };
}
