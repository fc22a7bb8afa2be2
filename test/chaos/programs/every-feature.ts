/** A service and a client of it that use all there is, so that tests see what becomes of each part. */
import { createClient } from "../../../runtime/client/client.js";
import { connectNats, type NatsOptions } from "../../../runtime/nats/connection.js";
import { loggerOf } from "../../../runtime/observe/logger.js";
import { weather } from "../../runtime/fixture-protocol.js";
import { bytes } from "../../support/brokers.js";
import { until } from "../../support/until.js";

const silent = loggerOf(() => () => undefined);

/** Answers of the station. */
export const station = {
  measure: () => ({ celsius: 1 }),
  ping: () => ({ pong: true, station: "Oslo" }) as const,
  calibrate: () => ({}),
  history: () => [],
  blink: () => undefined,
};

/** Connects both, and starts everything. */
export async function useEveryFeature(options: NatsOptions) {
  const transports = [await connectNats(options), await connectNats(options)] as const;
  const [serving, asking] = [
    createClient(weather, transports[0], {
      channels: ["Oslo"],
      logger: silent,
      service: { name: "keeper", heartbeatInterval: 100 },
    }),
    createClient(weather, transports[1], { channels: ["Oslo"], logger: silent, requestTimeout: 500 }),
  ];
  const heard = { event: 0, unknown: 0, watched: 0, command: 0, heartbeat: 0 };
  serving.on("reading", ({ payload }) => {
    heard.event = payload.celsius;
  });
  serving.onUnknown(({ payload }) => {
    heard.unknown = Number(payload);
  });
  await serving.serve("station", {
    ...station,
    blink: ({ times }) => {
      heard.command = times;
    },
  });
  asking.onLifecycle("alive", () => {
    heard.heartbeat += 1;
  });
  const registry = await asking.registry();
  const oslo = asking.channel("Oslo");
  const { latest } = oslo.state;
  await latest.put({ celsius: 0 });
  await latest.watch(({ value }) => {
    heard.watched = value?.celsius ?? 0;
  });
  await serving.announce();

  /** Tries again until it gets through: while the connection is away, what is sent is lost. */
  const reaches = (what: string, send: () => unknown, isHeard: () => boolean) =>
    until(what, async () => {
      await Promise.resolve(send()).catch(() => undefined);
      await asking.flush().catch(() => undefined);
      await serving.flush().catch(() => undefined);
      return isHeard();
    });
  const succeeds = (what: string, act: () => Promise<unknown>) =>
    until(what, () =>
      act().then(
        () => true,
        () => false,
      ),
    );

  const unknown = (value: number) =>
    transports[1].publish(
      "weather.events.oslo.surprise",
      bytes(JSON.stringify({ event_name: "surprise", payload: value, station: "Oslo", region: "north" })),
    );

  return {
    serving,
    asking,
    oslo,
    /** Sends a message of each kind, and resolves when each has arrived. */
    async tell(number: number): Promise<void> {
      const beats = heard.heartbeat;
      await reaches(
        "an event",
        () => asking.publish("reading", { celsius: number }),
        () => heard.event === number,
      );
      await reaches(
        "an unknown event",
        () => unknown(number),
        () => heard.unknown === number,
      );
      await reaches(
        "a command without a reply",
        () => oslo.station.blink({ times: number }),
        () => heard.command === number,
      );
      await succeeds("a request", () => oslo.station.measure({ sensor: "roof" }));
      await until("a heartbeat", () => heard.heartbeat > beats);
      await until("the registry", () => registry.isAlive("keeper"));
      await succeeds("discovery", () => transports[1].request("$SRV.PING.station", bytes(""), { timeout: 500 }));
    },
    /** Writes a value, and resolves when it is read, and has been told to who watches. */
    async keep(number: number): Promise<void> {
      await succeeds("a value that is written", () => latest.put({ celsius: number }));
      await until("a value that is watched", () => heard.watched === number);
      await until("a value that is read", () =>
        latest().then(
          (entry) => entry?.value.celsius === number,
          () => false,
        ),
      );
    },
    /** Closes both, and with them all that was started. */
    async close(): Promise<void> {
      await asking.close();
      await serving.close();
    },
  };
}
