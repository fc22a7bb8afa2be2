/** What takes requests, and what takes replies. */
import { expect, vi } from "vitest";
import { address, asked, patience, right, stamp, Tally, type Target } from "./target.js";
import { typed, type World } from "./world.js";

/** Services, in envelopes of every kind. */
export async function services(world: World): Promise<readonly Target[]> {
  const { listening } = world;
  const all = { channels: "any" } as const;
  const heard = new Tally();
  await listening.serve(
    "station",
    {
      measure: ({ sensor }) => ({ celsius: sensor.length }),
      ping: async () => ({ pong: true, station: "Oslo" }),
      calibrate: () => ({}),
      history: ({ limit }) => Array.from({ length: Math.min(limit, 10) }, (_, index) => index),
      blink: () => heard.count("blinks"),
    },
    all,
  );
  await listening.serve("archive", { store: () => ({ stored: 1 }), forget: async () => ({ forgotten: 1 }) }, all);
  const meta = { ...address, source: "test", timestamp: stamp.timestamp, request_id: "7" };
  const subject = "weather.station.command";
  const blink = { command: "blink", args: { times: 1 }, meta };
  return [
    asked(world, {
      name: "commands: arguments in a field",
      subject,
      good: [
        { service: "station", command: "measure", args: { sensor: "roof", samples: 3 }, meta },
        { command: "history", args: { limit: 3 }, meta },
      ],
    }),
    asked(world, { name: "commands: arguments beside the command", subject, good: [{ command: "system.ping", meta }] }),
    asked(world, {
      name: "commands: a subject for each",
      subject: "weather.archive.cmd.store",
      good: [{ correlation_id: "7", celsius: 3 }],
    }),
    {
      name: "commands: without a reply",
      good: [blink],
      attack: (garbage) => world.ask(subject, garbage, "at most once"),
      lives: async () => {
        const before = heard.of("blinks");
        world.bus.send(subject, right(blink));
        await world.arrived();
        await vi.waitFor(() => expect(heard.of("blinks")).toBeGreaterThan(before), patience);
      },
    },
  ];
}

/** The answers of others to requests of ours. */
export async function replies({ bus, asking }: World): Promise<readonly Target[]> {
  let next = right({});
  for (const subject of ["weather.command.station", "weather.archive.cmd.forget"])
    await bus.answer(subject, () => next);
  const { station, archive } = asking.channel("Oslo");
  const target = (name: string, call: () => Promise<unknown>, good: readonly unknown[]): Target => ({
    name: `replies: ${name}`,
    good,
    attack: async (garbage) => {
      next = garbage;
      await typed(call());
    },
    lives: async () => {
      next = right(good[0]);
      await call();
    },
  });
  return [
    target("a result in a field", () => station.measure({ sensor: "roof" }), [
      { service: "station", command: "measure", success: true, data: { celsius: 1, success: true } },
      { success: true, data: { success: false, error: "No sensor roof", error_code: "x", more: 1 } },
    ]),
    target("a result in a template", () => station.history({ limit: 2 }), [
      { success: true, data: { readings: [1, 2], unit: "C" } },
      { success: false, error: "no", code: "x" },
    ]),
    target("a result beside the status", () => archive.forget({ before: "now" }), [
      { correlation_id: "7", status: "ok", forgotten: 1 },
      { status: "error", error: "no", code: "x", more: 1 },
    ]),
  ];
}

/** What tools ask a service. */
export async function discovery(world: World): Promise<readonly Target[]> {
  return ["PING", "INFO", "STATS"].map((verb) =>
    asked(world, { name: `discovery: ${verb}`, subject: `$SRV.${verb}.station`, good: [{}] }),
  );
}
