import { describe, expect, it, vi } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { loggerOf } from "../../runtime/observe/logger.js";
import { onBothBuses } from "../support/brokers.js";
import { interruptible } from "../support/interruptible.js";
import { weather } from "./fixture-protocol.js";

onBothBuses((bus) => {
  describe("the health of a client", () => {
    it("says who it is, what it speaks, and what went wrong so far", async () => {
      const service = { name: "station", version: "1.2.3", instance: "one" };
      const { client } = await bus.client(weather, { channels: ["Oslo"], service });
      client.on("gust", () => {
        throw new Error("broken");
      });
      await client.flush();
      client.publish("gust", 1);
      await vi.waitFor(() => expect(client.counts.errors).toBe(1));
      expect(client.health()).toMatchObject({
        status: "healthy",
        connected: true,
        service,
        protocol: { name: "weather", version: "1.0.0", hash: "weather" },
        counts: { errors: 1, invalid: 0 },
      });
      expect(client.health().uptime).toBeLessThan(60);
    });

    it("is degraded while there is no connection, and says so in the log", async () => {
      const transport = interruptible(await bus.transport());
      const lines: string[] = [];
      const logger = loggerOf((level) => (line) => lines.push(`${level}: ${line}`));
      const client = createClient(weather, transport, { logger });
      transport.tell("disconnected");
      transport.tell("disconnected");
      expect(client.health()).toMatchObject({ status: "degraded", connected: false, service: undefined });
      transport.tell("reconnected");
      expect(client.health()).toMatchObject({ status: "healthy", connected: true });
      expect(lines).toEqual(["warn: the connection is lost", "info: the connection is back"]);
    });

    it("is stopping from the moment it drains, and for good", async () => {
      const { client } = await bus.client(weather, { channels: ["Oslo"] });
      let finish: () => void = () => undefined;
      client.on(
        "gust",
        () =>
          new Promise<void>((resolve) => {
            finish = resolve;
          }),
      );
      await client.flush();
      client.publish("gust", 1);
      await client.flush();
      const draining = client.drain();
      expect(client.health()).toMatchObject({ status: "stopping", connected: true });
      await vi.waitFor(() => finish());
      finish();
      await draining;
      expect(client.health()).toMatchObject({ status: "stopping", connected: false });
    });

    it("is stopping when its connection was closed by somebody else", async () => {
      const transport = await bus.transport();
      const client = createClient(weather, transport);
      await transport.close();
      expect(client.health()).toMatchObject({ status: "stopping", connected: false });
    });
  });
});
