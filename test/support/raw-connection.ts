/** A connection to a NATS server that sends what it is given, as it is: no client would send such messages. */
import { once } from "node:events";
import { connect } from "node:net";

/** A message, byte by byte. */
export interface RawMessage {
  readonly subject: Uint8Array | string;
  readonly data: Uint8Array;
  readonly reply?: string | undefined;
  /** With its first line, `NATS/1.0`, and the empty line at its end. */
  readonly headers?: Uint8Array | undefined;
}

/** An open connection. */
export interface RawConnection {
  publish(message: RawMessage): void;
  /** Resolves when the server has taken all that was sent. */
  flush(): Promise<void>;
  close(): void;
}

/** Connects to a server, such as `nats://127.0.0.1:4222`. */
export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const flushes: (() => void)[] = [];
  let heard = "";
  socket.on("data", (data) => {
    const lines = (heard + data).split("\r\n");
    heard = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "PING") socket.write("PONG\r\n");
      if (line === "PONG") flushes.shift()?.();
    }
  });
  socket.write('CONNECT {"verbose":false,"headers":true}\r\n');
  return {
    publish: (message) => void socket.write(frameOf(message)),
    flush: () =>
      new Promise((resolve) => {
        flushes.push(resolve);
        socket.write("PING\r\n");
      }),
    close: () => void socket.destroy(),
  };
}

function frameOf({ subject, data, reply, headers }: RawMessage): Uint8Array {
  const sizes = headers === undefined ? [data.length] : [headers.length, headers.length + data.length];
  const names = reply === undefined ? [subject] : [subject, " ", reply];
  return Buffer.concat(
    [headers === undefined ? "PUB " : "HPUB ", ...names, ` ${sizes.join(" ")}\r\n`, headers ?? "", data, "\r\n"].map(
      (part) => Buffer.from(part),
    ),
  );
}
