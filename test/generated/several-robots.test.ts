/** Two robots on one bus: those of today, which answer what is not for them, and those that are served with this package. */
import { describe, expect, it, vi } from "vitest";
import { kryten } from "../../generated/index.js";
import { simulate } from "../../runtime/testing.js";
import { json, onBothBuses, parsed, type TestBus } from "../support/brokers.js";

const domain = "cytu.be";
const channels = ["lounge", "movies"];
const about = { service: "robot", version: "1.12.4", uptime_seconds: 1, timestamp: "2026-11-20T10:13:57Z" };

interface Asked {
  readonly command: string;
  readonly meta: { readonly channel: string; readonly domain: string };
}

/** A robot as it is today: whoever is asked for, it answers `state.` and `system.`, and `system.ping` twice. */
async function robotOfToday(bus: TestBus, channel: string): Promise<readonly string[]> {
  const transport = await bus.transport();
  const carriedOut: string[] = [];
  transport.subscribe("kryten.robot.command", ({ data, respond }) => {
    const { command, meta } = parsed(data) as Asked;
    const succeed = (result: object) => respond?.(json({ service: "robot", command, success: true, data: result }));
    if (command === "system.ping") {
      succeed({ pong: true, ...about, cytube_connected: true, channel, domain });
      succeed({ pong: true, ...about });
    } else if (command === "state.motd") {
      succeed({ motd: `welcome to ${channel}` });
    } else if (meta.channel === channel) {
      carriedOut.push(command);
      succeed({ success: true });
    }
  });
  await transport.flush();
  return carriedOut;
}

onBothBuses((bus) => {
  describe("two robots of today, for different channels", () => {
    it("each carry out what is for them alone", async () => {
      const [inLounge, inMovies] = [await robotOfToday(bus, "lounge"), await robotOfToday(bus, "movies")];
      const { client, errors } = await bus.client(kryten, { channels });
      await client.channel("movies").robot.shufflePlaylist();
      await client.channel("lounge").robot.sendChat({ message: "hi" });
      expect([inLounge, inMovies]).toEqual([["say"], ["shuffle"]]);
      expect(errors).toEqual([]);
    });

    it("answer a ping together, which is told; an answer that names another channel is never taken", async () => {
      for (const channel of channels) await robotOfToday(bus, channel);
      const { client, errors } = await bus.client(kryten, { channels });
      const answer = await client.channel("movies").robot.ping();
      expect([undefined, "movies"]).toContain(answer.channel);
      await vi.waitFor(() =>
        expect(errors).toMatchObject([{ code: "ambiguous_reply", ref: "kryten/robot/system.ping" }]),
      );
    });

    it("answer for the state of either channel, which is told", async () => {
      for (const channel of channels) await robotOfToday(bus, channel);
      const { client, errors } = await bus.client(kryten, { channels });
      await client.channel("movies").robot.getStateMotd();
      await vi.waitFor(() =>
        expect(errors).toMatchObject([{ code: "ambiguous_reply", ref: "kryten/robot/state.motd" }]),
      );
    });
  });

  it("one robot of today answers twice, which is nothing to tell", async () => {
    await robotOfToday(bus, "lounge");
    const { client, errors } = await bus.client(kryten, { channels });
    expect(await client.channel("lounge").robot.ping()).toMatchObject({ pong: true });
    await client.channel("lounge").robot.getStateMotd();
    await client.flush();
    expect(errors).toEqual([]);
  });

  describe("two robots served with this package", () => {
    const serving = async (names: readonly string[]) => {
      const pinged: string[] = [];
      for (const [index, channel] of names.entries()) {
        const { client } = await bus.client(kryten, { channels: [channel], service: { name: `robot-${index}` } });
        const ping = () => {
          pinged.push(channel);
          return { pong: true as const, ...about, channel, domain };
        };
        await simulate(client, "robot", { ping });
      }
      return pinged;
    };

    it("for different channels each answer for their own", async () => {
      const pinged = await serving(channels);
      const { client, errors } = await bus.client(kryten, { channels });
      for (const channel of ["movies", "lounge", "movies"]) {
        expect(await client.channel(channel).robot.ping()).toMatchObject({ channel });
      }
      expect(pinged).toEqual(["movies", "lounge", "movies"]);
      await client.flush();
      expect(errors).toEqual([]);
    });

    it("for one channel share its requests, each answered once", async () => {
      const pinged = await serving(["lounge", "lounge"]);
      const { client, errors } = await bus.client(kryten, { channels });
      for (let count = 0; count < 10; count++) await client.channel("lounge").robot.ping();
      await client.flush();
      expect(pinged.length).toBe(10);
      expect(errors).toEqual([]);
    });
  });
});
