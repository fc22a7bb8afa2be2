/** A dialect changes the subjects of messages, and nothing else. What the other tests check, they check in both. */
import { describe, expect, it } from "vitest";
import type { ClientOptions } from "../../runtime/client/client.js";
import { simulate } from "../../runtime/testing/simulate.js";
import { onBothBuses, parsed } from "../support/brokers.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";

const subjects = {
  live: [
    "weather.events.oslo.reading",
    "weather.events.oslo.windshift",
    "weather.alarms.oslo",
    "weather.station.command",
    "weather.archive.cmd.store",
    "weather.lifecycle.tester.started",
  ],
  exact: [
    "weather.oslo.reading",
    "weather.oslo.windShift",
    "weather.alarms.oslo",
    "weather.command.station",
    "weather.archive.cmd.store",
    "weather.lifecycle.tester.started",
  ],
};
const now = { id: "1", timestamp: "2026-11-20T10:00:00.000Z" };

/** A message without what the clock put into it. */
function withoutTime(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (name, value) => (name === "timestamp" ? "now" : value)));
}

onBothBuses((bus) => {
  /** All that a program sends, and what it hears and is answered. */
  async function exchange(options: ClientOptions<WeatherContract>) {
    const sent: (readonly [string, unknown])[] = [];
    const transport = await bus.transport();
    transport.subscribe("weather.>", ({ subject, data }) => sent.push([subject, withoutTime(parsed(data))]));
    await transport.flush();
    const { client, errors, invalid } = await bus.client(weather, {
      channels: ["Oslo"],
      service: { name: "tester", version: "1" },
      ...options,
    });
    for (const service of ["station", "archive"] as const) await simulate(client, service);
    const heard: unknown[] = [];
    client.on("*", ({ subject: _, ...event }) => heard.push(event));
    client.onLifecycle("started", ({ subject: _, ...message }) => heard.push(message));
    await client.flush();
    client.publish("reading", { celsius: 1 }, now);
    client.publish("windShift", "west", now);
    client.publish("alarm", { reason: "ice" }, now);
    const { station, archive } = client.channel("Oslo");
    const results = [await station.measure({ sensor: "roof" }, now), await archive.store({ celsius: 1 }, now)];
    client.publishLifecycle("started", { service: "tester", version: "1" });
    await client.flush();
    await transport.flush();
    await client.settled();
    await client.close();
    await transport.close();
    return { sent, heard: heard.map((each) => JSON.stringify(each)).sort(), results, errors, invalid };
  }

  describe("a program", () => {
    it("speaks the dialect that this bus is tested in", async () => {
      const { sent } = await exchange({});
      expect(sent.map(([subject]) => subject)).toEqual(subjects[bus.dialect]);
    });

    it("says and hears the same in each dialect, on other subjects", async () => {
      const [live, exact] = [await exchange({ dialect: "live" }), await exchange({ dialect: "exact" })];
      expect(live.sent.map(([subject]) => subject)).toEqual(subjects.live);
      expect(exact.sent.map(([subject]) => subject)).toEqual(subjects.exact);
      const withoutSubjects = ({ sent, ...others }: typeof live) => ({ ...others, sent: sent.map(([, body]) => body) });
      expect(withoutSubjects(exact)).toEqual(withoutSubjects(live));
      expect(live).toMatchObject({ errors: [], invalid: [], results: [{ celsius: 0 }, { stored: 0 }] });
      expect(live.heard).toHaveLength(4);
    });
  });
});
