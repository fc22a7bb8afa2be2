/** `system.ping` of the robot, through the generated client, against `serve`, against nobody, and against silence. */
import { describe, expect, it } from "vitest";
import { kryten } from "../../generated/index.js";
import { simulate } from "../../runtime/testing.js";
import { onBothBuses } from "../support/brokers.js";

const channels = ["lounge"];
const answer = {
  pong: true,
  service: "robot",
  version: "1.12.4",
  uptime_seconds: 1,
  timestamp: "2026-11-20T10:13:57Z",
};

onBothBuses((bus) => {
  describe("a ping", () => {
    it("is answered by a service", async () => {
      const robot = (await bus.client(kryten, { channels, service: { name: "robot" } })).client;
      await simulate(robot, "robot", { ping: () => ({ ...answer, pong: true as const }) });
      const { client } = await bus.client(kryten, { channels });
      expect(await client.channel("lounge").robot.ping()).toEqual(answer);
    });

    it("fails at once with no_responders when nobody listens", async () => {
      const { client } = await bus.client(kryten, { channels, requestTimeout: 20_000 });
      await expect(client.channel("lounge").robot.ping()).rejects.toMatchObject({ code: "no_responders" });
    });

    it("fails with timeout when the one who listens is silent", async () => {
      const silent = await bus.transport();
      silent.subscribe("kryten.robot.command", () => undefined);
      await silent.flush();
      const { client } = await bus.client(kryten, { channels });
      await expect(client.channel("lounge").robot.ping({}, { timeout: 200 })).rejects.toMatchObject({
        code: "timeout",
      });
    });
  });
});
