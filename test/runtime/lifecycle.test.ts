import { describe, expect, it, vi } from "vitest";
import { bytes, json, onBothBuses, parsed } from "../support/brokers.js";
import { weather } from "./fixture-protocol.js";

const service = { name: "station", version: "1.0.0" };

onBothBuses((bus) => {
  describe("a lifecycle message", () => {
    it("reaches those who listen, with the service it is about", async () => {
      const listening = await bus.client(weather);
      const seen: unknown[] = [];
      listening.client.onLifecycle("started", ({ name, payload, service: of, subject }) =>
        seen.push([name, payload.version, of, subject]),
      );
      const others: unknown[] = [];
      listening.client.onLifecycle("started", ({ service: of }) => others.push(of), { service: "archive" });
      await listening.client.flush();
      const sending = await bus.client(weather, { service });
      sending.client.publishLifecycle("started", { service: "station", version: "1.0.0" });
      sending.client.publishLifecycle("started", { service: "archive", version: "2" }, { service: "archive" });
      await vi.waitFor(() => expect(seen.length).toBe(2));
      expect(seen).toEqual([
        ["started", "1.0.0", "station", "weather.lifecycle.station.started"],
        ["started", "2", "archive", "weather.lifecycle.archive.started"],
      ]);
      expect(others).toEqual(["archive"]);
    });

    it("is sent without an envelope, to a subject of its own where it has one", async () => {
      const transport = await bus.transport();
      const seen: unknown[] = [];
      transport.subscribe("weather.lifecycle.>", ({ subject, data }) => seen.push([subject, parsed(data)]));
      await transport.flush();
      const { client } = await bus.client(weather, { service });
      client.publishLifecycle("restart", { reason: "update" });
      await vi.waitFor(() => expect(seen).toEqual([["weather.lifecycle.group.restart", { reason: "update" }]]));
    });

    it("without a body reads as null", async () => {
      const { client, invalid } = await bus.client(weather);
      const seen: unknown[] = [];
      client.onLifecycle("restart", ({ payload, service: of }) => seen.push([payload, of]));
      await client.flush();
      const transport = await bus.transport();
      transport.publish("weather.lifecycle.group.restart", bytes(""));
      await vi.waitFor(() => expect(seen).toEqual([[null, undefined]]));
      expect(invalid).toEqual([]);
    });

    it("that is wrong is reported, and the next one arrives", async () => {
      const { client, invalid } = await bus.client(weather);
      const seen: string[] = [];
      const registration = client.onLifecycle("started", ({ payload }) => seen.push(payload.version));
      await client.flush();
      const transport = await bus.transport();
      const subject = "weather.lifecycle.station.started";
      for (const data of [bytes("{"), json({ service: 5 }), json({ service: "s", version: "1" })])
        transport.publish(subject, data);
      await transport.flush();
      await vi.waitFor(() => expect(seen).toEqual(["1"]));
      expect(invalid.map((error) => [error.code, error.subject, error.ref])).toEqual([
        ["malformed_message", subject, "weather/lifecycle/started"],
        ["invalid_message", subject, "weather/lifecycle/started"],
      ]);
      registration.stop();
      transport.publish(subject, json({ service: "s", version: "2" }));
      await transport.flush();
      await client.flush();
      expect(seen).toEqual(["1"]);
    });

    it("is not sent when it is wrong, or of a service whose name cannot be part of a subject", async () => {
      const { client } = await bus.client(weather, { service });
      const wrong = { service: "station" } as { service: string; version: string };
      expect(() => client.publishLifecycle("started", wrong)).toThrow(/^\[invalid_message\]/);
      const right = { service: "station", version: "1" };
      expect(() => client.publishLifecycle("started", right, { service: "my station" })).toThrow(
        /^\[invalid_subject\]/,
      );
    });
  });
});
