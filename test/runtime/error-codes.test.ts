/** Every code that the runtime throws: how it comes about, and what its message tells. A code without a row does not compile. */
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient } from "../../runtime/client/client.js";
import { refusal } from "../../runtime/commands/service-error.js";
import { loadConfiguration } from "../../runtime/config/index.js";
import { type Code, codes, isProtocolError, type ProtocolError } from "../../runtime/error.js";
import { connectNats } from "../../runtime/nats/connection.js";
import type { ConfigDescriptor } from "../../runtime/protocol/config-descriptor.js";
import type { CommandDescriptor, ServiceDescriptor } from "../../runtime/protocol/message.js";
import type { Shape } from "../../runtime/value/shape.js";
import { violations } from "../../runtime/value/violation.js";
import { bytes, json, onBothBuses, type TestBus } from "../support/brokers.js";
import { interruptible } from "../support/interruptible.js";
import { startNatsServer } from "../support/nats-server.js";
import { type Reading, type WeatherContract, weather } from "./fixture-protocol.js";

/** How an error comes about, and what is in its message besides the code. */
interface Row {
  /** Gives the error that a program meets: thrown, or reported. */
  readonly provoke: (bus: TestBus) => Promise<unknown>;
  /** Which message it is about, where it is about one. */
  readonly ref?: string;
  /** On which subject of the dialect `live`, or where else. */
  readonly subject?: string;
  /** What happened. */
  readonly says: string;
  /** What to do. */
  readonly advises: string;
}

type StationHandlers = WeatherContract["handlers"]["station"];

const oslo = { channels: ["Oslo"] } as const;
const station = weather.services["station"] as ServiceDescriptor;
const measured = { ref: "weather/station/measure", subject: "weather.station.command" } as const;
const read = { ref: "weather/events/reading", subject: "weather.events.oslo.reading" } as const;

const handlers: StationHandlers = {
  measure: () => ({ celsius: 1 }),
  ping: () => ({ pong: true, station: "Oslo" }),
  calibrate: () => ({}),
  history: () => [],
  blink: () => undefined,
};

const durable: ElsewhereRow = { elsewhere: "test/runtime/durable.test.ts" };

const rows: Readonly<Record<Code, Row | ElsewhereRow>> = {
  invalid_subject: {
    provoke: async (bus) => thrown(async () => (await bus.client(weather)).client.channel("Os*lo").publish("gust", 1)),
    says: 'station "Os*lo", which becomes "os*lo", cannot be part of a subject',
    // Which is said last, by its template.
    advises: "use a name without it (weather.",
  },
  invalid_argument: {
    provoke: async (bus) => thrown(async () => (await bus.client(weather, oslo)).client.channel("Olso")),
    says: "Olso is not one of the channels",
    advises: 'did you mean "Oslo"?',
  },
  invalid_message: {
    provoke: async (bus) => thrown(async () => (await channel(bus)).publish("reading", { celsius: "1" } as never)),
    ...read,
    says: "/celsius",
    advises: 'must be a number, not "1"',
  },
  malformed_message: {
    provoke: async (bus) => {
      const { client, invalid } = await bus.client(weather, oslo);
      client.on("reading", () => undefined);
      await client.flush();
      (await bus.transport()).publish(read.subject, bytes("{"));
      return reported(invalid);
    },
    subject: read.subject,
    says: "not JSON",
    advises: "at position 1",
  },
  message_too_large: {
    provoke: async (bus) =>
      thrown(async () => {
        const { sensor } = { sensor: "x".repeat(9 * 1024 * 1024) };
        (await channel(bus)).publish("reading", { celsius: 1, sensor });
      }),
    ...read,
    says: "bytes",
    advises: "send less, or raise",
  },
  invalid_request: {
    provoke: async (bus) => thrown(async () => (await channel(bus)).station.measure({} as never)),
    ...measured,
    says: "/sensor",
    advises: "is missing",
  },
  invalid_reply: {
    provoke: (bus) => answered(bus, { weather: "fair" }),
    ...measured,
    says: "the reply: /success is missing",
    advises: "check that both sides have the same contract",
  },
  ambiguous_reply: {
    provoke: async (bus) => {
      for (const celsius of [1, 2]) await answering(bus, { success: true, data: { celsius } });
      const { client, errors } = await bus.client(weather, oslo);
      await client.channel("Oslo").station.measure({ sensor: "roof" });
      return reported(errors);
    },
    ...measured,
    says: "was answered by more than one service",
    advises: "the first answer counts, whoever it is from",
  },
  invalid_result: {
    provoke: (bus) => answered(bus, { success: true, data: { celsius: "1" } }),
    ...measured,
    says: 'the result: /celsius must be a number, not "1"',
    advises: "the service is at fault",
  },
  unknown_command: {
    provoke: (bus) => askedOtherwise(bus, { ...station.commands["measure"], name: "mesure" }),
    ...measured,
    says: 'station has no command "mesure"',
    advises: 'did you mean "measure"?',
  },
  ignored_command: {
    provoke: async (bus) => thrown(async () => (await channel(bus)).station.calibrate()),
    ref: "weather/station/calibrate",
    says: "has no effect. The sensors calibrate themselves.",
    advises: "Instead: `measure` with 10 samples.",
  },
  command_failed: {
    provoke: (bus) =>
      refused(bus, () => {
        throw refusal("no_such_sensor", "there is no sensor roof; name another");
      }),
    ...measured,
    says: "there is no sensor roof",
    advises: "name another",
  },
  expired: {
    provoke: (bus) =>
      thrown(async () => {
        const { client } = await bus.client(weather, { ...oslo, pace: { lamp: { delay: 60_000, jitter: 0 } } });
        await client.channel("Oslo").station.blink({ times: 1 });
        await client.channel("Oslo").station.blink({ times: 1 }, { timeout: 20 });
      }),
    ref: "weather/station/blink",
    subject: "weather.station.command",
    says: "its turn did not come within 20 ms, so it was not sent",
    advises: "it may be sent again",
  },
  overloaded: {
    provoke: (bus) => {
      const never = new Promise<Reading>(() => undefined);
      const options = { maxConcurrentHandlers: 1, maxWaiting: 1 };
      return thrown(async () => {
        const { measure } = await served(bus, { ...handlers, measure: () => never }, options);
        await Promise.race([measure(), measure(), measure()]);
      });
    },
    ...measured,
    says: "too many requests wait",
    advises: "try again later",
  },
  wrong_service: {
    provoke: (bus) => askedOtherwise(bus, { ...station.commands["measure"], service: "buoy" }),
    ...measured,
    says: 'this is station, and the request is for "buoy"',
    advises: "ask that one",
  },
  no_responders: {
    provoke: async (bus) => thrown(async () => (await channel(bus)).station.measure({ sensor: "roof" })),
    ...measured,
    says: "nobody listens",
    advises: "start the service, or check the subject",
  },
  timeout: {
    provoke: async (bus) => {
      const silent = await bus.transport();
      silent.subscribe(measured.subject, () => undefined);
      await silent.flush();
      return thrown(async () => (await channel(bus)).station.measure({ sensor: "roof" }, { timeout: 20 }));
    },
    ...measured,
    says: "no reply",
    advises: "within 20 ms; the service may have done it all the same",
  },
  cancelled: {
    provoke: async (bus) => {
      const { station: remote } = await channel(bus);
      return thrown(() => remote.measure({ sensor: "roof" }, { signal: AbortSignal.abort() }));
    },
    ...measured,
    says: "was given up",
    advises: "by its caller",
  },
  handler_failed: {
    provoke: (bus) =>
      heard(bus, {}, () => {
        throw new Error("a wire is loose");
      }),
    ...read,
    says: "the handler of weather/events/reading threw",
    advises: "a wire is loose",
  },
  handler_timeout: {
    provoke: (bus) => heard(bus, { handlerTimeout: 20 }, () => new Promise(() => undefined)),
    ...read,
    says: "did not finish within 20 ms",
    advises: "the next message has its turn",
  },
  connection_failed: {
    provoke: () => thrown(() => connectNats({ servers: "nats://127.0.0.1:1" })),
    says: "cannot connect to nats://127.0.0.1:1",
    advises: "start a NATS server, or check the address",
  },
  not_connected: {
    provoke: async (bus) => {
      const transport = interruptible(await bus.transport());
      const client = createClient(weather, transport, { ...oslo, requestTimeout: 10, dialect: bus.dialect });
      transport.tell("disconnected");
      return thrown(() => client.channel("Oslo").station.measure({ sensor: "roof" }));
    },
    ...measured,
    says: "there was no connection within 10 ms, so it was not sent",
    advises: "it may be sent again",
  },
  connection_closed: {
    provoke: async (bus) => {
      const { client } = await bus.client(weather, oslo);
      await client.close();
      return thrown(async () => client.publish("gust", 1));
    },
    ref: "weather/events/gust",
    subject: "weather.events.oslo.gust",
    says: "the connection is closed",
    advises: "connect again",
  },
  bucket_missing: {
    provoke: async (bus) => thrown(async () => (await channel(bus, "NoBucket")).state.latest()),
    ref: "weather/state/log/latest",
    subject: "weather_NoBucket",
    says: "there is no bucket",
    advises: "start the service that makes it",
  },
  // Only in Python: here, reading gives `undefined`.
  key_missing: { elsewhere: "test/python/test_state.py" },
  key_conflict: {
    provoke: async (bus) => {
      const { latest } = (await channel(bus, `Conflict${process.pid}`)).state;
      await latest.put({ celsius: 1 });
      return thrown(() => latest.put({ celsius: 2 }, { revision: 0 }));
    },
    ref: "weather/state/log/latest",
    subject: `weather_Conflict${process.pid}/latest`,
    says: "was expected to be new, and is not",
    advises: "read it again",
  },
  state_failed: {
    provoke: async () => {
      const server = await startNatsServer({ jetStream: false });
      const client = createClient(weather, await connectNats({ servers: server.url }), oslo);
      const error = await thrown(() => client.channel("Oslo").state.latest());
      await client.close();
      await server.stop();
      return error;
    },
    ref: "weather/state/log/latest",
    subject: "weather_Oslo/latest",
    says: "the server has no JetStream",
    advises: "start it with --jetstream",
  },
  stream_failed: {
    provoke: (bus) =>
      thrown(async () => {
        const name = `LOG${process.pid}`;
        const options = { name, storage: "memory", maximumAge: 60_000, duplicateWindow: 60_000 } as const;
        const open = async (...subjects: string[]) => (await bus.transport()).stream({ ...options, subjects });
        await open(`log.${process.pid}`);
        await open("weather.events.*.reading");
      }),
    subject: `LOG${process.pid}`,
    says: "does not keep weather.events.*.reading",
    advises: "add that to its subjects",
  },
  invalid_configuration: {
    provoke: () =>
      thrown(() => loadConfiguration(configuration, { value: { sensor: variable, heigth: 3 } }, { variables: {} })),
    ref: "weather/config/mast",
    says: "/heigth is not a known field; did you mean",
    advises: "names the variable ROOF, which is not set; set it, or give a default",
  },
  internal: {
    provoke: async (bus) => {
      const { client } = await bus.client({ ...weather, envelopes: {} }, oslo);
      return thrown(async () => client.publish("gust", 1));
    },
    ref: "weather/events/gust",
    says: "the protocol's descriptor is wrong: there is no envelope event",
    advises: "generate it again, or report this",
  },
  slow_consumer: { elsewhere: "test/chaos/slow-consumer.test.ts" },
  postponed: durable,
  hopeless: durable,
  unsettled: durable,
};

/** A code that takes more to come about. */
interface ElsewhereRow {
  /** The test that makes it happen. */
  readonly elsewhere: string;
}

const variable = ["$", "{ROOF}"].join("");
const text: Shape = { kind: "string" };
const mast: Shape = {
  kind: "object",
  properties: ["sensor", "height"].map((name) => ({ name, required: false, shape: text })),
  rest: { kind: "unknown" },
};
const configuration: ConfigDescriptor = {
  kind: "config",
  ref: "weather/config/mast",
  name: "mast",
  hash: "mast",
  payload: { check: (value): value is unknown => violations(mast, value, "refuse").length === 0, shape: () => mast },
  settings: {},
};

async function channel(bus: TestBus, name = "Oslo") {
  return (await bus.client(weather, { channels: [name] })).client.channel(name);
}

/** What an act throws. */
async function thrown(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (reason) {
    return reason;
  }
  return expect.fail("it succeeded");
}

/** The first error that a client reports. */
async function reported(errors: readonly ProtocolError[]): Promise<unknown> {
  return vi.waitFor(() => errors[0] ?? expect.fail("nothing was reported"));
}

/** Serves a station, and gives what asks it from elsewhere. */
async function served(bus: TestBus, own: StationHandlers, options: ClientOptions<WeatherContract> = {}) {
  const { client } = await bus.client(weather, { ...oslo, ...options });
  await client.serve("station", own);
  const { station: remote } = await channel(bus);
  return { measure: () => remote.measure({ sensor: "roof" }) };
}

/** What the caller gets when the handler does this. */
async function refused(bus: TestBus, measure: StationHandlers["measure"]): Promise<unknown> {
  const remote = await served(bus, { ...handlers, measure });
  return thrown(remote.measure);
}

/** Answers all that the station is asked. */
async function answering(bus: TestBus, answer: object): Promise<void> {
  const service = await bus.transport();
  service.subscribe(measured.subject, ({ respond }) => respond?.(json(answer)));
  await service.flush();
}

/** What the caller gets for such an answer. */
async function answered(bus: TestBus, answer: object): Promise<unknown> {
  await answering(bus, answer);
  const { station: remote } = await channel(bus);
  return thrown(() => remote.measure({ sensor: "roof" }));
}

/** What the caller gets who has another command in mind than the station serves. */
async function askedOtherwise(bus: TestBus, command: Partial<CommandDescriptor>): Promise<unknown> {
  await served(bus, handlers);
  const commands = {
    measure: { ...station.commands["measure"], subjects: { [bus.dialect]: bus.spelled(measured.subject) }, ...command },
  };
  const other = { ...weather, services: { station: { ...station, commands } } } as typeof weather;
  const { client } = await bus.client(other, oslo);
  return thrown(() => client.channel("Oslo").station.measure({ sensor: "roof" }));
}

/** What is reported when the handler of an event does this. */
async function heard(bus: TestBus, options: ClientOptions<WeatherContract>, handler: () => unknown): Promise<unknown> {
  const { client, errors } = await bus.client(weather, { ...oslo, ...options });
  client.on("reading", handler);
  await client.flush();
  client.publish("reading", { celsius: 1 });
  return reported(errors);
}

onBothBuses((bus) => {
  describe("says what happened, where, and what to do:", () => {
    it.each(Object.entries(rows).flatMap(([code, row]) => ("provoke" in row ? [[code, row] as const] : [])))(
      "%s",
      async (code, { provoke, ref, subject: spelled, says, advises }) => {
        const error = await provoke(bus);
        if (!isProtocolError(error)) throw error;
        const subject = spelled && bus.spelled(spelled);
        expect(error).toMatchObject({ code, ...(ref && { ref }), ...(subject && { subject }) });
        expect(error.message.startsWith(`[${code}] `)).toBe(true);
        for (const part of [ref ?? "", subject ?? "", says, advises]) expect(error.message).toContain(part);
        // Whoever prints it sees it once: an error in other words does not stand before itself.
        expect(inspect(error).split(`[${code}]`)).toHaveLength(2);
        expect(error.message).not.toMatch(/undefined|NaN|\[object/);
      },
    );
  });
});

it("every code has a row, and a meaning", () => {
  expect(Object.keys(rows).toSorted()).toEqual(Object.keys(codes).toSorted());
});

it.each(Object.entries(rows).flatMap(([code, row]) => ("elsewhere" in row ? [[code, row.elsewhere] as const] : [])))(
  "%s is provoked by %s",
  async (code, file) => {
    expect(await readFile(file, "utf8")).toContain(`"${code}"`);
  },
);
