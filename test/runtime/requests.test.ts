import { describe, expect, it, vi } from "vitest";
import type { CommandDescriptor, ServiceDescriptor } from "../../runtime/protocol/message.js";
import type { Delivery } from "../../runtime/transport/transport.js";
import { json, onBothBuses, parsed, type TestBus } from "../support/brokers.js";
import { clock, weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const now = expect.stringMatching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$/);

/** Answers on a subject with whatever the test says, and remembers what was asked. */
async function answering(bus: TestBus, subject: string, answer: unknown, headers?: Record<string, string>) {
  const transport = await bus.transport();
  const requests: unknown[] = [];
  transport.subscribe(subject, ({ data, respond }: Delivery) => {
    requests.push(parsed(data));
    respond?.(answer === undefined ? new Uint8Array() : json(answer), headers);
  });
  await transport.flush();
  return requests;
}

onBothBuses((bus) => {
  describe("a request", () => {
    it("carries the service, the command, the arguments, and who asks where and when", async () => {
      const requests = await answering(bus, "weather.station.command", { success: true, data: { celsius: 1 } });
      const { client } = await bus.client(weather, { ...here, service: { name: "tester" } });
      await client.channel("OSLO").station.measure({ sensor: "roof", samples: 2 });
      expect(requests).toEqual([
        {
          service: "station",
          command: "measure",
          args: { sensor: "roof", samples: 2 },
          meta: { source: "tester", timestamp: now, region: "north", station: "Oslo", request_id: uuid },
        },
      ]);
    });

    it("may have its arguments beside the command, or an envelope of its service's own", async () => {
      const pings = await answering(bus, "weather.station.command", {
        success: true,
        data: { pong: true, station: "Oslo" },
      });
      const stores = await answering(bus, "weather.archive.cmd.store", { status: "ok", stored: 3 });
      const { client } = await bus.client(weather, here);
      const { station, archive } = client.channel("Oslo");
      expect(await station.ping()).toEqual({ pong: true, station: "Oslo" });
      expect(await archive.store({ celsius: 1 }, { id: "42" })).toEqual({ stored: 3 });
      expect(pings).toMatchObject([{ command: "system.ping", meta: { source: "anonymous", request_id: uuid } }]);
      expect(stores).toEqual([{ correlation_id: "42", celsius: 1 }]);
    });

    it("goes where the client's dialect says", async () => {
      const requests = await answering(bus, "weather.command.station", { success: true, data: { celsius: 1 } });
      const { client } = await bus.client(weather, { ...here, dialect: "exact" });
      await client.channel("Oslo").station.measure({ sensor: "roof" });
      expect(requests.length).toBe(1);
    });

    it("of a protocol without an address is made by the client itself", async () => {
      const requests = await answering(bus, "clock.clock.now", { ok: { hour: 7 } });
      const { client } = await bus.client(clock);
      expect(await client.services.clock.now()).toEqual({ hour: 7 });
      expect(requests).toEqual([{}]);
    });

    it("that nobody answers by its nature is over once it is sent", async () => {
      const requests = await answering(bus, "weather.station.command", undefined);
      const { client } = await bus.client(weather, here);
      expect(await client.channel("Oslo").station.blink({ times: 2 })).toBeUndefined();
      await vi.waitFor(() => expect(requests).toMatchObject([{ command: "blink", args: { times: 2 } }]));
    });

    it("is not sent when its arguments are wrong, or say what the schema does not know", async () => {
      const requests = await answering(bus, "weather.station.command", { success: true, data: { celsius: 1 } });
      const { client } = await bus.client(weather, here);
      const { station } = client.channel("Oslo");
      const unknown = { sensor: "roof", sample: 1 };
      await expect(station.measure(unknown)).rejects.toMatchObject({
        code: "invalid_request",
        ref: "weather/station/measure",
        violations: [{ pointer: "/sample", message: expect.stringContaining('did you mean "samples"') }],
      });
      await expect(station.measure({ sensor: 5 as unknown as string })).rejects.toMatchObject({
        code: "invalid_request",
      });
      const wrong = { sensr: "roof", samples: "many" } as never;
      await expect(station.measure(wrong)).rejects.toMatchObject({
        rawMessage:
          'the arguments: /sensor is missing; /samples must be a whole number, not "many"; /sensr is not a known field; did you mean "sensor"?',
      });
      expect(requests).toEqual([]);
    });

    it("fails at once where nobody listens, and after its time where nobody answers", async () => {
      const { client } = await bus.client(weather, { ...here, requestTimeout: 10_000 });
      const { station } = client.channel("Oslo");
      const start = performance.now();
      await expect(station.ping()).rejects.toMatchObject({ code: "no_responders", ref: "weather/station/system.ping" });
      expect(performance.now() - start).toBeLessThan(2000);
      const silent = await bus.transport();
      silent.subscribe("weather.station.command", () => undefined);
      await silent.flush();
      await expect(station.ping({}, { timeout: 30 })).rejects.toMatchObject({
        code: "timeout",
        ref: "weather/station/system.ping",
        subject: bus.spelled("weather.station.command"),
      });
    });

    it("waits as long as the client is told to", async () => {
      const silent = await bus.transport();
      silent.subscribe("weather.station.command", () => undefined);
      await silent.flush();
      const { client } = await bus.client(weather, { ...here, requestTimeout: 30 });
      await expect(client.channel("Oslo").station.ping()).rejects.toThrow(/within 30 ms/);
    });

    it("waits longer for what takes long by its schema, unless it names a time", async () => {
      const silent = await bus.transport();
      silent.subscribe("weather.station.command", () => undefined);
      await silent.flush();
      const { station } = weather.services;
      const ping = { ...station?.commands["ping"], takes: 20 } as CommandDescriptor;
      const slow = { ...station, commands: { ...station?.commands, ping } } as ServiceDescriptor;
      const protocol = { ...weather, services: { ...weather.services, station: slow } };
      const { client } = await bus.client(protocol, { ...here, requestTimeout: 10 });
      await expect(client.channel("Oslo").station.ping()).rejects.toThrow(/within 30 ms/);
      await expect(client.channel("Oslo").station.ping({}, { timeout: 5 })).rejects.toThrow(/within 5 ms/);
    });

    it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])("cannot wait for %d ms", async (timeout) => {
      const { client } = await bus.client(weather, here);
      await expect(client.channel("Oslo").station.ping({}, { timeout })).rejects.toMatchObject({
        code: "invalid_argument",
      });
    });

    it("can be given up", async () => {
      const silent = await bus.transport();
      silent.subscribe("weather.station.command", () => undefined);
      await silent.flush();
      const { client } = await bus.client(weather, here);
      const controller = new AbortController();
      const waiting = client.channel("Oslo").station.ping({}, { signal: controller.signal });
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ code: "cancelled", ref: "weather/station/system.ping" });
    });

    it("that is larger than the bus takes is not sent", async () => {
      const { client } = await bus.client(weather, here);
      const sensor = "x".repeat(9 * 1024 * 1024);
      await expect(client.channel("Oslo").station.measure({ sensor })).rejects.toMatchObject({
        code: "message_too_large",
        ref: "weather/station/measure",
      });
    });
  });

  describe("a command that the service is known to ignore", () => {
    it("is not sent, and what works is named", async () => {
      const { client } = await bus.client(weather, here);
      const calling = client.channel("Oslo").station.calibrate();
      await expect(calling).rejects.toMatchObject({
        code: "ignored_command",
        ref: "weather/station/calibrate",
        rawMessage:
          "weather/station/calibrate is answered with success and has no effect. The sensors calibrate themselves. Instead: `measure` with 10 samples. To send it all the same, pass { evenIfIgnored: true }",
      });
    });

    it("is sent when that is wanted all the same", async () => {
      const requests = await answering(bus, "weather.station.command", { success: true, data: {} });
      const { client } = await bus.client(weather, here);
      expect(await client.channel("Oslo").station.calibrate({}, { evenIfIgnored: true })).toEqual({});
      expect(requests).toMatchObject([{ command: "calibrate" }]);
    });
  });

  describe("an answer", () => {
    const measured = async (answer: unknown, headers?: Record<string, string>) => {
      await answering(bus, "weather.station.command", answer, headers);
      const { client } = await bus.client(weather, here);
      return client.channel("Oslo").station.measure({ sensor: "roof" });
    };

    it("is the result, and may say more than the schema", async () => {
      expect(await measured({ success: true, data: { celsius: 1, wind: 2 }, extra: 1 })).toEqual({
        celsius: 1,
        wind: 2,
      });
    });

    it("that calls itself a failure is one", async () => {
      const refused = measured({ success: false, error: "it rains" });
      await expect(refused).rejects.toMatchObject({ code: "command_failed", rawMessage: "it rains" });
      await expect(refused).rejects.not.toHaveProperty("serviceCode");
    });

    it("that calls itself a success and carries a failure is a failure", async () => {
      const answer = { success: true, data: { success: false, error: "it rains", error_code: "rain", until: 5 } };
      await expect(measured(answer)).rejects.toMatchObject({
        code: "command_failed",
        rawMessage: "it rains",
        serviceCode: "rain",
        details: { until: 5 },
      });
    });

    it("that refuses with a declared error is recognised by its text", async () => {
      await expect(measured({ success: false, error: "No sensor roof" })).rejects.toMatchObject({
        code: "command_failed",
        serviceCode: "no_such_sensor",
      });
    });

    it("that has a code is not looked at twice", async () => {
      await expect(measured({ success: false, error: "No sensor roof", code: "busy" })).rejects.toMatchObject({
        code: "command_failed",
        serviceCode: "busy",
      });
    });

    it("that has its code in the header alone is understood", async () => {
      const headers = { "Nats-Service-Error": "busy", "Nats-Service-Error-Code": "500" };
      await expect(measured({ success: false, error: "it rains" }, headers)).rejects.toMatchObject({
        serviceCode: "500",
      });
    });

    it("that is a header without a body is understood, as other services send it", async () => {
      const headers = { "Nats-Service-Error": "busy", "Nats-Service-Error-Code": "500" };
      await expect(measured(undefined, headers)).rejects.toMatchObject({
        code: "command_failed",
        rawMessage: "busy",
        serviceCode: "500",
      });
    });

    it("that tells of somebody else's timeout is no timeout of ours", async () => {
      await expect(measured({ success: false, error: "too slow", code: "timeout" })).rejects.toMatchObject({
        code: "command_failed",
        serviceCode: "timeout",
      });
    });

    it("may wrap its result once more", async () => {
      await answering(bus, "weather.station.command", { success: true, data: { readings: [1, 2], unit: "C" } });
      const { client } = await bus.client(weather, here);
      expect(await client.channel("Oslo").station.history({ limit: 2 })).toEqual([1, 2]);
    });

    it("that lacks what should be around its result is not a result", async () => {
      await answering(bus, "weather.station.command", { success: true, data: [1, 2] });
      const { client } = await bus.client(weather, here);
      await expect(client.channel("Oslo").station.history({ limit: 2 })).rejects.toMatchObject({
        code: "invalid_reply",
      });
    });
  });
});
