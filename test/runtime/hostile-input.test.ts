import { describe, expect, it } from "vitest";
import { bytes, json, onBothBuses, parsed } from "../support/brokers.js";
import { weather } from "./fixture-protocol.js";

const here = { channels: ["Oslo"] } as const;
const large = 2 * 1024 * 1024;

function message(fields: object): Uint8Array {
  return json({ event_name: "reading", payload: { celsius: 3 }, station: "Oslo", region: "north", ...fields });
}

/** Bodies that are no JSON that a service or a client would take, and the code each is refused with. */
const malformed: readonly (readonly [string, Uint8Array, string])[] = [
  ["nothing", bytes(""), "malformed_message"],
  ["bytes that are not UTF-8", new Uint8Array([0x22, 0xff, 0xfe, 0x22]), "malformed_message"],
  ["half a character", new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), "malformed_message"],
  ["text that is not JSON", bytes("hello"), "malformed_message"],
  ["JSON that ends early", bytes('{"event_name":'), "malformed_message"],
  ["2 MB", bytes(JSON.stringify("x".repeat(large))), "message_too_large"],
  ["100,000 levels", bytes("[".repeat(100_000) + "]".repeat(100_000)), "malformed_message"],
  [
    "101 levels inside a message",
    message({ extra: JSON.parse("[".repeat(100) + "]".repeat(100)) }),
    "malformed_message",
  ],
];

/** Bodies that are JSON and no event. */
const noEvents: readonly (readonly [string, Uint8Array, string])[] = [
  ["a string", json("reading"), "invalid_message"],
  ["null", json(null), "invalid_message"],
  ["an array", json([1, 2]), "invalid_message"],
  ["an object without anything", json({}), "invalid_message"],
  ["a name that is a number", message({ event_name: 5 }), "invalid_message"],
  ["a name that the subject does not have", message({ event_name: "gust" }), "invalid_message"],
  ["a name that every object has", message({ event_name: "constructor" }), "invalid_message"],
  ["a payload of the wrong type", message({ payload: { celsius: "3" } }), "invalid_message"],
  ["no payload", message({ payload: undefined }), "invalid_message"],
  ["a station that is a number", message({ station: 5 }), "invalid_message"],
  ["a region that is an object", message({ region: { toString: "north" } }), "invalid_message"],
  [
    "a prototype instead of a payload",
    bytes('{"event_name":"reading","__proto__":{"payload":{"celsius":3}},"station":"Oslo","region":"north"}'),
    "invalid_message",
  ],
  [
    "fields in a prototype",
    bytes('{"event_name":"reading","payload":{"__proto__":{"celsius":3}},"station":"Oslo","region":"north"}'),
    "invalid_message",
  ],
];

onBothBuses((bus) => {
  describe("an event made of", () => {
    it.each([...malformed, ...noEvents])("%s is reported once, and the next one arrives", async (_, data, code) => {
      const { client, invalid, errors } = await bus.client(weather, here);
      const seen: number[] = [];
      client.on("reading", ({ payload }) => seen.push(payload.celsius));
      await client.flush();
      const transport = await bus.transport();
      transport.publish("weather.events.oslo.reading", data);
      transport.publish("weather.events.oslo.reading", message({ payload: { celsius: 4 } }));
      await transport.flush();
      await client.flush();
      expect(seen).toEqual([4]);
      expect(invalid.map((error) => [error.code, error.subject])).toEqual([
        [code, bus.spelled("weather.events.oslo.reading")],
      ]);
      expect(errors).toEqual([]);
      expect(client.counts).toEqual({ invalid: 1, errors: 0, dropped: 0 });
    });

    it("a prototype with a name of ours pollutes nothing", async () => {
      const { client } = await bus.client(weather, here);
      client.on("reading", () => undefined);
      await client.flush();
      const transport = await bus.transport();
      const text =
        '{"event_name":"reading","payload":{"celsius":3,"__proto__":{"polluted":1}},"station":"Oslo","region":"north"}';
      transport.publish("weather.events.oslo.reading", bytes(text));
      await transport.flush();
      await client.flush();
      expect("polluted" in {}).toBe(false);
    });
  });

  /** A service that measures, and the number of times that it did. */
  async function station() {
    const watched = await bus.client(weather, { ...here, handlerTimeout: 50 });
    const state = { measured: 0 };
    await watched.client.serve("station", {
      measure: () => {
        state.measured += 1;
        return { celsius: 1 };
      },
      ping: () => ({ pong: true, station: "Oslo" }),
      calibrate: () => ({}),
      history: () => [],
      blink: () => undefined,
    });
    return { ...watched, state };
  }

  const request = (fields: object) => json({ command: "measure", args: { sensor: "roof" }, ...fields });

  /** Bodies that are JSON and no request. */
  const noRequests: readonly (readonly [string, Uint8Array, string])[] = [
    ["null", json(null), "invalid_request"],
    ["an array", json([]), "invalid_request"],
    ["an object without anything", json({}), "invalid_request"],
    ["a command that is a number", request({ command: 5 }), "invalid_request"],
    ["a command that nobody knows", request({ command: "measur" }), "unknown_command"],
    ["a command that every object has", request({ command: "constructor" }), "unknown_command"],
    ["another service", request({ service: "archive" }), "wrong_service"],
    ["a service that is an object", request({ service: {} }), "wrong_service"],
    ["arguments that are null", request({ args: null }), "invalid_request"],
    ["arguments that are an array", request({ args: [] }), "invalid_request"],
    ["arguments of the wrong type", request({ args: { sensor: 5 } }), "invalid_request"],
    ["no arguments", request({ args: undefined }), "invalid_request"],
    [
      "arguments in a prototype",
      bytes('{"command":"measure","args":{"__proto__":{"sensor":"roof"}}}'),
      "invalid_request",
    ],
    ["a meta that is null", request({ meta: null }), "invalid_request"],
    ["a station that is a number", request({ meta: { station: 5 } }), "invalid_request"],
  ];

  describe("a request made of", () => {
    it.each([...malformed, ...noRequests])(
      "%s gets one typed error, and the next one its answer",
      async (_, data, code) => {
        const { client, invalid, errors, state } = await station();
        const transport = await bus.transport();
        const { data: answer, headers } = await transport.request("weather.station.command", data, { timeout: 2000 });
        expect(parsed(answer)).toMatchObject({ success: false, code, error: expect.any(String) });
        expect(headers).toMatchObject({ "Nats-Service-Error-Code": code, "Nats-Service-Error": expect.any(String) });
        expect(state.measured).toBe(0);
        expect(invalid.map((error) => [error.code, error.subject])).toEqual([
          [code, bus.spelled("weather.station.command")],
        ]);
        expect(errors).toEqual([]);
        const next = await transport.request("weather.station.command", request({}), { timeout: 2000 });
        expect(parsed(next.data)).toMatchObject({ success: true, data: { celsius: 1 } });
        transport.publish("weather.station.command", data);
        await transport.flush();
        await client.flush();
        expect(invalid.length).toBe(2);
      },
    );
  });

  /** Ids that can be read, and are not for a reply to repeat. */
  const ids = [
    ["a number that is too large", "1e999"],
    ["an object with such a number", '{"a":[1e999]}'],
    ["as long as a message may be", JSON.stringify("x".repeat(1024 * 1024 - 60))],
  ] as const;

  describe("a request whose id is", () => {
    it.each(ids)("%s is answered all the same", async (_, id) => {
      const { client } = await bus.client(weather, { onError: () => undefined });
      await client.serve("archive", { store: () => ({ stored: 1 }), forget: () => ({ forgotten: 1 }) });
      const transport = await bus.transport();
      const ask = async (fields: string) => {
        const data = bytes(`{"correlation_id":${id},${fields}}`);
        return parsed((await transport.request("weather.archive.cmd.store", data, { timeout: 20_000 })).data);
      };
      expect(await ask('"celsius":3')).toMatchObject({ status: "ok", stored: 1 });
      expect(await ask('"celsius":""')).toMatchObject({ status: "error", code: "invalid_request" });
    });
  });

  /** Bodies that are JSON and no reply. */
  const noReplies: readonly (readonly [string, Uint8Array, string])[] = [
    ["null", json(null), "invalid_reply"],
    ["an array", json([]), "invalid_reply"],
    ["neither data nor error", json({ success: true }), "invalid_reply"],
    ["a success that is a text", json({ success: "true", data: { celsius: 1 } }), "invalid_reply"],
    ["data that is null", json({ success: true, data: null }), "invalid_reply"],
    ["a result of the wrong type", json({ success: true, data: { celsius: "1" } }), "invalid_result"],
    ["a result in a prototype", bytes('{"success":true,"data":{"__proto__":{"celsius":1}}}'), "invalid_result"],
    ["a failure without a reason", json({ success: false }), "command_failed"],
    ["a failure whose reason is a number", json({ success: false, error: 5 }), "command_failed"],
  ];

  describe("a reply made of", () => {
    it.each([...malformed, ...noReplies])("%s is a typed error to the one who asked", async (_, data, code) => {
      const answerer = await bus.transport();
      answerer.subscribe("weather.station.command", ({ respond }) => respond?.(data));
      await answerer.flush();
      const { client, invalid, errors } = await bus.client(weather, here);
      await expect(client.channel("Oslo").station.measure({ sensor: "roof" })).rejects.toMatchObject({
        name: "ProtocolError",
        code,
        subject: bus.spelled("weather.station.command"),
        ref: "weather/station/measure",
      });
      expect([...invalid, ...errors]).toEqual([]);
    });
  });
});
