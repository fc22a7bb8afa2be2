/**
 * Protocols written by hand: weather stations, each in a region, and a clock that is nowhere in particular.
 *
 * What generated code holds in tables stands here as plain values; a check is what its shape says.
 */
import type {
  CallOptions,
  CommandContext,
  CommandDescriptor,
  Contract,
  Envelope,
  EventDescriptor,
  KeyDescriptor,
  LifecycleDescriptor,
  Payload,
  Protocol,
  ServiceDescriptor,
  Shape,
  StateKey,
  StreamDescriptor,
} from "../../runtime/internal.js";
import { violations } from "../../runtime/value/violation.js";
import { preferredFirst } from "../support/dialect.js";

const text: Shape = { kind: "string" };
const number: Shape = { kind: "number", integer: false };
const whole: Shape = { kind: "number", integer: true, minimum: 0 };

function object(fields: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape {
  const required = Object.entries(fields).map(([name, shape]) => ({ name, required: true, shape }));
  const others = Object.entries(optional).map(([name, shape]) => ({ name, required: false, shape }));
  return { kind: "object", properties: [...required, ...others], rest: { kind: "unknown" } };
}

function payload<T>(shape: Shape): Payload<T> {
  return {
    check: (value, fields): value is T => violations(shape, value, fields).length === 0,
    shape: () => shape,
  };
}

function event<T>(name: string, shape: Shape, own: Partial<EventDescriptor> = {}): EventDescriptor<T> {
  return {
    kind: "event",
    ref: `weather/events/${name}`,
    name,
    hash: name,
    payload: payload<T>(shape),
    envelope: "event",
    ...own,
  } as EventDescriptor<T>;
}

type CommandParts = Pick<CommandDescriptor, "service" | "name" | "method"> & Partial<CommandDescriptor>;

function command<Args, Result>(parts: CommandParts, args: Shape, result: Shape): CommandDescriptor<Args, Result> {
  return {
    kind: "command",
    ref: `weather/${parts.service}/${parts.name}`,
    hash: parts.name,
    aliases: [],
    envelope: "action",
    argumentAliases: {},
    repeatable: false,
    errors: [],
    args: payload<Args>(args),
    result: payload<Result>(result),
    ...parts,
  } as CommandDescriptor<Args, Result>;
}

function service(
  name: string,
  commands: readonly CommandDescriptor[],
  own: Partial<ServiceDescriptor> = {},
): ServiceDescriptor {
  return {
    name,
    member: name,
    answersTo: [],
    commands: Object.fromEntries(commands.map((each) => [each.method, each])),
    ...own,
  };
}

function key<T>(name: string, shape: Shape, own: Partial<KeyDescriptor> = {}): KeyDescriptor<T> {
  const base = { kind: "key", ref: `weather/state/log/${name}`, method: name, key: name, encoding: "json", hash: name };
  return { ...base, payload: payload<T>(shape), ...own } as KeyDescriptor<T>;
}

type StreamParts = Pick<StreamDescriptor, "ref" | "stream" | "subjects" | "events"> & Partial<StreamDescriptor>;

function stream(name: string, parts: StreamParts): StreamDescriptor {
  return {
    kind: "stream",
    name,
    storage: "file",
    maximumAge: 3600,
    duplicateWindow: 60,
    delivery: { limit: 3, backoff: [0.01, 0.05], wait: 1 },
    deadLetters: { stream: `${parts.stream}_dead`, subject: `dead.${parts.stream}.{consumer}`, maximumAge: 3600 },
    ...parts,
  };
}

function lifecycle<T>(name: string, shape: Shape, own: Partial<LifecycleDescriptor> = {}): LifecycleDescriptor<T> {
  const base = { kind: "lifecycle", ref: `weather/lifecycle/${name}`, name, hash: name };
  return { ...base, payload: payload<T>(shape), ...own } as LifecycleDescriptor<T>;
}

/** A measurement. */
export interface Reading {
  celsius: number;
  sensor?: string;
}

/** What the stations measure. */
export const reading = event<Reading>("reading", object({ celsius: number }, { sensor: text }));
/** A payload that is no object. */
export const gust = event<number>("gust", whole);
/** Two names that become one token. */
export const windShift = event<string>("windShift", text);
/** The other of them. */
export const windshift = event<number>("windshift", number);
/** An event with a subject of its own. */
export const alarm = event<{ reason: string }>("alarm", object({ reason: text }), {
  subjects: { live: "weather.alarms.{station}", exact: "weather.alarms.{station}" },
});

const events = { reading, gust, windShift, windshift, alarm };

const measure = command<{ sensor: string; samples?: number }, Reading>(
  {
    service: "station",
    name: "measure",
    method: "measure",
    aliases: ["read"],
    argumentAliases: { sensor: ["probe"] },
    errors: [{ code: "no_such_sensor", description: "There is no such sensor.", matches: "^No sensor " }],
  },
  object({ sensor: text }, { samples: whole }),
  object({ celsius: number }, { sensor: text }),
);
const ping = command<object, { pong: true; station: string }>(
  { service: "station", name: "system.ping", method: "ping", envelope: "query", repeatable: true },
  object({}),
  object({ pong: { kind: "literal", value: true }, station: text }),
);
const calibrate = command<object, object>(
  {
    service: "station",
    name: "calibrate",
    method: "calibrate",
    pace: "lamp",
    ignored: { because: "The sensors calibrate themselves.", instead: "`measure` with 10 samples" },
  },
  object({}),
  object({}),
);
const history = command<{ limit: number }, readonly number[]>(
  { service: "station", name: "history", method: "history", resultTemplate: { readings: "{result}", "unit?": "C" } },
  object({ limit: whole }),
  { kind: "array", items: number },
);
const blink = command<{ times: number }, undefined>(
  { service: "station", name: "blink", method: "blink", envelope: "silent", pace: "lamp" },
  object({ times: whole }),
  { kind: "any" },
);
const store = command<{ celsius: number }, { stored: number }>(
  { service: "archive", name: "store", method: "store", envelope: "own", subjects: subjectsOf("store") },
  object({ celsius: number }),
  object({ stored: whole }),
);
const forget = command<{ before: string }, { forgotten: number }>(
  {
    service: "archive",
    name: "forget",
    method: "forget",
    envelope: "own",
    subjects: subjectsOf("forget"),
    pace: "lamp",
  },
  object({ before: text }),
  object({ forgotten: whole }),
);

function subjectsOf(name: string): Readonly<Record<string, string>> {
  return { live: `weather.archive.cmd.${name}`, exact: `weather.archive.cmd.${name}` };
}

const meta = {
  "source?": "{source}",
  "timestamp?": "{timestamp}",
  "region?": "{region}",
  "station?": "{station}",
  "request_id?": "{id}",
};

const failure = {
  "service?": "{service}",
  "command?": "{command}",
  success: false,
  "error?": "{message}",
  "code?": "{code}",
};

const envelopes: Readonly<Record<string, Envelope>> = {
  event: {
    kind: "event",
    body: {
      event_name: "{event}",
      payload: "{payload}",
      station: "{station}",
      region: "{region}",
      "timestamp?": "{timestamp}",
      "id?": "{id}",
    },
  },
  action: {
    kind: "command",
    request: { "service?": "{service}", command: "{command}", "args?": "{args}", "meta?": meta },
    reply: {
      success: {
        "service?": "{service}",
        "command?": "{command}",
        success: true,
        data: { "...": "{result}", "success?": true },
      },
      failures: [
        failure,
        { success: true, data: { success: false, "error?": "{message}", "error_code?": "{code}", "...": "{details}" } },
      ],
    },
  },
  query: {
    kind: "command",
    request: { "service?": "{service}", command: "{command}", "...": "{args}", "meta?": meta },
    reply: {
      success: { "service?": "{service}", "command?": "{command}", success: true, data: "{result}" },
      failures: [failure],
    },
  },
  own: {
    kind: "command",
    request: { "correlation_id?": "{id}", "...": "{args}" },
    reply: {
      success: { "correlation_id?": "{id}", status: "ok", "...": "{result}" },
      failures: [
        { "correlation_id?": "{id}", status: "error", error: "{message}", "code?": "{code}", "...": "{details}" },
      ],
    },
  },
  silent: {
    kind: "command",
    request: { command: "{command}", "args?": "{args}", "meta?": meta },
  },
};

interface StationClient {
  measure(args: { sensor: string; samples?: number }, options?: CallOptions): Promise<Reading>;
  ping(args?: object, options?: CallOptions): Promise<{ pong: true; station: string }>;
  /** Ignored. */
  calibrate(args?: object, options?: CallOptions): Promise<object>;
  history(args: { limit: number }, options?: CallOptions): Promise<readonly number[]>;
  blink(args: { times: number }, options?: CallOptions): Promise<void>;
}

type Context = CommandContext<WeatherAddress>;

interface StationHandlers {
  measure(args: { sensor: string; samples?: number }, context: Context): Reading | Promise<Reading>;
  ping(args: object, context: Context): { pong: true; station: string } | Promise<{ pong: true; station: string }>;
  calibrate(args: object, context: Context): object | Promise<object>;
  history(args: { limit: number }, context: Context): readonly number[] | Promise<readonly number[]>;
  blink(args: { times: number }, context: Context): unknown;
}

interface ArchiveClient {
  store(args: { celsius: number }, options?: CallOptions): Promise<{ stored: number }>;
  forget(args: { before: string }, options?: CallOptions): Promise<{ forgotten: number }>;
}

interface ArchiveHandlers {
  store(args: { celsius: number }, context: Context): { stored: number } | Promise<{ stored: number }>;
  forget(args: { before: string }, context: Context): { forgotten: number } | Promise<{ forgotten: number }>;
}

interface WeatherAddress {
  region: string;
  station: string;
}

/** What a program says about itself. */
export interface Report {
  service: string;
  version: string;
  machine?: string;
  at?: string;
  /** In s. */
  age?: number;
  of?: string;
  why?: string;
  about?: Record<string, unknown>;
}

/** The types of the weather protocol. */
export interface WeatherContract extends Contract {
  address: WeatherAddress;
  events: {
    reading: Reading;
    gust: number;
    windShift: string;
    windshift: number;
    alarm: { reason: string };
  };
  services: { station: StationClient; archive: ArchiveClient };
  handlers: { station: StationHandlers; archive: ArchiveHandlers };
  lifecycle: {
    started: Report;
    alive: Report;
    stopped: Report;
    joined: Report;
    lost: Report;
    restart: null | { reason: string; by?: string; wait?: number };
    census: object;
  };
  state: {
    latest: StateKey<Reading>;
    note: StateKey<string>;
    calibration: StateKey<{ offset: number }, { sensor: string }>;
    daily: StateKey<string, { day: string }>;
    hourly: StateKey<string, { day: string; hour: string }>;
  };
  streams: { records: "reading" | "gust" | "windShift" | "windshift"; alarms: "alarm" };
}

const report = object(
  { service: text, version: text },
  {
    machine: text,
    at: text,
    age: number,
    of: text,
    why: text,
    about: { kind: "object", properties: [], rest: { kind: "free" } },
  },
);

/** Stations in regions. Two dialects; `exact` keeps the case of event names. */
export const weather: Protocol<WeatherContract> = {
  name: "weather",
  version: "1.0.0",
  hash: "weather",
  address: [{ name: "region", default: "north" }, { name: "station" }],
  tokens: {
    station: {
      steps: [
        { step: "lowercase" },
        { step: "remove", characters: ".!" },
        { step: "replace", characters: " ", by: "-" },
      ],
    },
    event: { steps: [{ step: "lowercase" }] },
    number: { steps: [], pattern: "^[0-9a-z]+$" },
    bucketStation: { steps: [], pattern: "^[A-Za-z0-9_-]+$" },
  },
  get dialects() {
    return preferredFirst({
      live: {
        event: "weather.events.{station}.{event}",
        command: "weather.{service}.command",
        lifecycle: "weather.lifecycle.{service}.{kind}",
      },
      exact: {
        event: "weather.{station}.{event:exactEvent}",
        command: "weather.command.{service}",
        lifecycle: "weather.lifecycle.{service}.{kind}",
      },
    });
  },
  envelopes,
  // None of its own: what a client is told is told by each test.
  paces: { lamp: { delay: 0, jitter: 0 } },
  events,
  services: {
    station: service("station", [measure, ping, calibrate, history, blink], { answersTo: ["system"] }),
    archive: service("archive", [store, forget]),
  },
  lifecycle: {
    started: lifecycle<Report>("started", report),
    alive: lifecycle<Report>("alive", report),
    stopped: lifecycle<Report>("stopped", report),
    joined: lifecycle<Report>("joined", report),
    lost: lifecycle<Report>("lost", report),
    census: lifecycle("census", object({}), {
      subjects: { live: "weather.lifecycle.census", exact: "weather.lifecycle.census" },
    }),
    restart: lifecycle(
      "restart",
      { kind: "union", members: [{ kind: "null" }, object({ reason: text }, { by: text, wait: number })] },
      {
        subjects: { live: "weather.lifecycle.group.restart", exact: "weather.lifecycle.group.restart" },
      },
    ),
  },
  roles: {
    messages: {
      startup: "started",
      heartbeat: "alive",
      shutdown: "stopped",
      connected: "joined",
      disconnected: "lost",
      restart: "restart",
      poll: "census",
    },
    report: {
      service: "{service}",
      version: "{version}",
      "machine?": "{hostname}",
      "at?": "{timestamp}",
      "age?": "{uptime}",
      "of?": "{target}",
      "why?": "{reason}",
      "about?": {
        "id?": "{instance}",
        "contract?": "{contract}",
        "every?": "{interval}",
        "endpoints?": "{endpoints}",
        "...": "{metadata}",
      },
    },
    restart: { "reason?": "{reason}", "by?": "{source}", "wait?": "{delay}" },
    poll: {},
  },
  state: {
    log: {
      kind: "bucket",
      ref: "weather/state/log",
      name: "log",
      bucket: "weather_{station:bucketStation}",
      history: 3,
      maximumValueSize: 4096,
      keys: {
        latest: key<Reading>("latest", object({ celsius: number }, { sensor: text })),
        note: key<string>("note", text, { encoding: "text" }),
        calibration: key<{ offset: number }>("calibration", object({ offset: number }), {
          key: "sensors.{sensor}.calibration",
        }),
        daily: key<string>("daily", text, { key: "days/{day}/all", encoding: "text" }),
        hourly: key<string>("hourly", text, { key: "days/{day:number}/{hour:number}", encoding: "text" }),
      },
    },
  },
  streams: {
    records: stream("records", {
      ref: "weather/streams/records",
      stream: "weather_records",
      subjects: ["weather.*.gust", "weather.*.reading", "weather.*.windShift", "weather.*.windshift"].concat(
        ["gust", "reading", "windshift"].map((name) => `weather.events.*.${name}`),
      ),
      events: ["gust", "reading", "windShift", "windshift"],
    }),
    alarms: stream("alarms", {
      ref: "weather/streams/alarms",
      stream: "weather_alarms",
      subjects: ["weather.alarms.*"],
      events: ["alarm"],
      storage: "memory",
    }),
  },
};

interface ClockClient {
  now(args?: object, options?: CallOptions): Promise<{ hour: number }>;
}

interface ClockHandlers {
  now(args: object, context: CommandContext<object>): { hour: number } | Promise<{ hour: number }>;
}

/** The types of the clock protocol. */
export interface ClockContract extends Contract {
  address: Record<never, never>;
  events: { tick: { second: number } };
  services: { clock: ClockClient };
  handlers: { clock: ClockHandlers };
  lifecycle: Record<never, never>;
  state: { zone: StateKey<string> };
  streams: { ticks: "tick" };
}

/** A protocol without an address. */
export const clock: Protocol<ClockContract> = {
  name: "clock",
  version: "1.0.0",
  hash: "clock",
  address: [],
  tokens: {},
  dialects: {
    live: { event: "clock.{event}", command: "clock.{service}.{command}", lifecycle: "clock.{service}.{kind}" },
  },
  envelopes: {
    bare: { kind: "event", body: "{payload}" },
    call: {
      kind: "command",
      request: { "...": "{args}" },
      reply: { success: { ok: "{result}" }, failures: [{ failed: "{message}", "code?": "{code}" }] },
    },
  },
  events: {
    tick: event<{ second: number }>("tick", object({ second: whole }), { ref: "clock/events/tick", envelope: "bare" }),
  },
  services: {
    clock: service("clock", [
      command<object, { hour: number }>(
        { service: "clock", name: "now", method: "now", envelope: "call", ref: "clock/clock/now" },
        object({}),
        object({ hour: whole }),
      ),
    ]),
  },
  lifecycle: {},
  state: {
    settings: {
      kind: "bucket",
      ref: "clock/state/settings",
      name: "settings",
      bucket: "clock_settings",
      history: 1,
      keys: { zone: key<string>("zone", text, { encoding: "text", ref: "clock/state/settings/zone" }) },
    },
  },
  streams: {
    ticks: stream("ticks", {
      ref: "clock/streams/ticks",
      stream: "clock_ticks",
      subjects: ["clock.tick"],
      events: ["tick"],
    }),
  },
};
