/** Many copies of one event at once, over a bare socket: a publisher that costs the process that is measured next to nothing. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** One line of chat, as the bridge publishes it. */
function lineOfChat(channel: string): string {
  return JSON.stringify({
    event_name: "chatMsg",
    payload: {
      username: "Alice",
      msg: "Has anybody seen the one with the <strong>lighthouse</strong>? &quot;The Keeper&quot;, I think.",
      meta: { modflair: 2 },
      time: 1795169411254,
    },
    channel,
    domain: "cytu.be",
    timestamp: "2026-11-20T13:20:00.123Z",
    correlation_id: "84a033a8-9c3a-47d1-90ec-e01e37541cea",
  });
}

/** A publisher of the event. */
export interface Burst {
  /** How many events one call publishes. */
  readonly size: number;
  publish(): void;
  close(): void;
}

/** Connects to a server, such as `nats://127.0.0.1:4222`, to publish in one channel. */
export async function openBurst(url: string, size: number, channel = "lounge"): Promise<Burst> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  await once(socket, "connect");
  // The server asks from time to time whether the publisher is still there.
  socket.on("data", (data) => data.includes("PING\r\n") && socket.write("PONG\r\n"));
  socket.write('CONNECT {"verbose":false}\r\n');
  const line = lineOfChat(channel);
  const subject = `kryten.events.cytube.${channel}.chatmsg`;
  const messages = Buffer.from(`PUB ${subject} ${Buffer.byteLength(line)}\r\n${line}\r\n`.repeat(size));
  return { size, publish: () => socket.write(messages), close: () => socket.destroy() };
}
