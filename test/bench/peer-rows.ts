/** Our consumer of events, beside the same one in the client that services use today. */
import { readFileSync } from "node:fs";
import { LineProcess } from "../interop/line-process.js";
import { makePeers } from "../peers/make-peers.js";
import type { NatsServer } from "../support/nats-server.js";
import { type Burst, openBurst } from "./burst.js";
import { typedRate } from "./event-rows.js";
import { type Row, sideBySide } from "./row.js";

/** The row of kryten-py, in messages a second. */
export async function peerRows({ url }: NatsServer): Promise<readonly Row[]> {
  makePeers();
  // Each gets as many at once as it takes in a fraction of a second, in a channel that the other does not hear.
  const [many, few] = [await openBurst(url, 50_000), await openBurst(url, 5_000, "kitchen")];
  const peer = await PeerConsumer.start(url, few);
  const compared = await sideBySide(
    () => typedRate(url, many),
    () => peer.rate(),
  );
  await peer.stop();
  for (const burst of [many, few]) burst.close();
  const [, version = ""] = readFileSync("test/peers/kryten-py.txt", "utf8").split("==");
  return [
    {
      row: "typed events; beside kryten-py",
      ...compared,
      target: "at least 10",
      met: compared.ratio >= 10,
      unit: "messages/s",
      versions: { "kryten-py": version.trim() },
    },
  ];
}

/** A running consumer, which says when it is ready, and when it has taken a burst. */
class PeerConsumer {
  readonly #burst: Burst;
  readonly #process: LineProcess;
  #said = () => {};

  private constructor(url: string, burst: Burst) {
    this.#burst = burst;
    this.#process = new LineProcess({
      environment: ".venv-peers/kryten-py",
      script: "test/bench/kryten_consumer.py",
      arguments: [url, String(burst.size)],
      hear: () => this.#said(),
    });
  }

  static async start(url: string, burst: Burst): Promise<PeerConsumer> {
    const consumer = new PeerConsumer(url, burst);
    await consumer.#says();
    return consumer;
  }

  async rate(): Promise<number> {
    const taken = this.#says();
    const start = performance.now();
    this.#burst.publish();
    await taken;
    return (this.#burst.size * 1000) / (performance.now() - start);
  }

  stop(): Promise<void> {
    return this.#process.kill();
  }

  async #says(): Promise<void> {
    let isSaid = false;
    this.#said = () => {
      isSaid = true;
    };
    await this.#process.until(() => isSaid || undefined);
  }
}
