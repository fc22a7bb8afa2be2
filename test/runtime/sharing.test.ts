/** Instances of a service, whose channels may overlap in any way: each request is carried out by one of them. */
import { describe, expect, it } from "vitest";
import type { Client } from "../../runtime/client/client.js";
import type { ServeOptions } from "../../runtime/commands/serve.js";
import type { ProtocolError } from "../../runtime/error.js";
import type { Protocol } from "../../runtime/protocol/message.js";
import { json, onBothBuses } from "../support/brokers.js";
import { type WeatherContract, weather } from "./fixture-protocol.js";
import { idle } from "./fixture-station.js";

const towns = ["Oslo", "Bergen", "Kiel"] as const;
const quick = { timeout: 2000 };

/** The weather, whose archives are asked on a subject for each town. */
function archivesByTown(): Protocol<WeatherContract> {
  const { archive } = weather.services;
  if (archive === undefined) throw new Error("there are no archives any more");
  const commands = Object.entries(archive.commands).map(([method, command]) => {
    const subject = `weather.{station}.archive.${method}`;
    return [method, { ...command, subjects: { live: subject, exact: subject } }];
  });
  return {
    ...weather,
    services: { ...weather.services, archive: { ...archive, commands: Object.fromEntries(commands) } },
  };
}

onBothBuses((bus) => {
  const subject = bus.spelled("weather.station.command");

  /** Instances of both services, what each has been asked, and how many replies all have sent. */
  async function instances(all: readonly ServeOptions[], protocol = weather) {
    const asked = all.map((): unknown[] => []);
    const clients: Client<WeatherContract>[] = [];
    const invalid: (readonly ProtocolError[])[] = [];
    for (const [index, options] of all.entries()) {
      const note = (args: unknown) => {
        asked[index]?.push(args);
        return { celsius: index, stored: index, forgotten: index };
      };
      const watched = await bus.client(protocol);
      await watched.client.serve("station", { ...idle, measure: (args) => ({ celsius: note(args).celsius }) }, options);
      const archive = { store: (args: object) => ({ stored: note(args).stored }), forget: () => ({ forgotten: 0 }) };
      await watched.client.serve("archive", archive, options);
      clients.push(watched.client);
      invalid.push(watched.invalid);
    }
    const transport = await bus.transport();
    let replies = 0;
    transport.subscribe("_INBOX.>", () => (replies += 1));
    await transport.flush();
    const settled = async () => {
      for (const client of [...clients, ...clients]) await client.flush();
      await transport.flush();
      return { replies, asked: asked.flat(), invalid: invalid.flat() };
    };
    const { client, errors } = await bus.client(protocol, { channels: towns });
    return { asked, client, errors, transport, settled };
  }

  describe.each([
    {
      of: "the same channels",
      channels: [
        ["Oslo", "Bergen"],
        ["bergen", "OSLO"],
      ],
    },
    { of: "channels that overlap", channels: [["Oslo", "Bergen"], ["Bergen"]] },
    { of: "channels that overlap in a chain", channels: [["Oslo", "Bergen"], ["Bergen", "Kiel"], ["Kiel"]] },
    { of: "different channels", channels: [["Oslo"], ["Bergen", "Kiel"]] },
    { of: "a channel that is named twice", channels: [["Oslo", "OSLO"], ["oslo"]] },
  ])("instances for $of", ({ channels }) => {
    const serve = channels.map((names) => ({ channels: names }));
    const served = towns.filter((town) => channels.flat().some((name) => name.toLowerCase() === town.toLowerCase()));

    it("carry out each request once, and each what is for its own channels", async () => {
      const { asked, client, errors, settled } = await instances(serve);
      const sensors = served.flatMap((town) => Array.from({ length: 40 }, (_, index) => `${town}-${index}`));
      const of = (sensor: string) => client.channel(sensor.split("-")[0] ?? "").station;
      await Promise.all(sensors.map((sensor) => of(sensor).measure({ sensor })));
      const { asked: all, replies } = await settled();
      expect(all.map((args) => (args as { sensor: string }).sensor).sort()).toEqual([...sensors].sort());
      expect(replies).toBe(sensors.length);
      expect(errors).toEqual([]);
      for (const [index, names] of channels.entries()) {
        const own = names.map((name) => name.toLowerCase());
        const towns = (asked[index] as { sensor: string }[]).map(({ sensor }) => sensor.split("-")[0]?.toLowerCase());
        expect(towns.length).toBeGreaterThan(0);
        expect(own).toEqual(expect.arrayContaining(towns));
      }
    });

    it.each([
      ["does not say its channel", { command: "measure", args: { sensor: "roof" } }],
      ["says only a part of it", { command: "measure", args: { sensor: "roof" }, meta: { station: "oslo" } }],
      ["says everything but it", { command: "measure", args: { sensor: "roof" }, meta: { source: "a test" } }],
    ])("carry out once what %s", async (_, request) => {
      const { transport, settled } = await instances(serve);
      await transport.request(subject, json(request), quick);
      expect(await settled()).toMatchObject({ asked: [{ sensor: "roof" }], replies: 1 });
    });

    it("carry out once what has no place for a channel", async () => {
      const { client, settled } = await instances(serve);
      await client.channel("Bergen").archive.store({ celsius: 1 });
      expect(await settled()).toMatchObject({ asked: [{ celsius: 1 }], replies: 1 });
    });

    it.each([
      ["is no JSON", new TextEncoder().encode("{")],
      ["is no request", json({ weather: "fair" })],
      ["is for a channel that is no text", json({ command: "measure", args: {}, meta: { station: 7 } })],
      ["is for a command that there is not", json({ command: "mesure", meta: { region: "north", station: "Oslo" } })],
    ])("answer and report once what %s", async (_, data) => {
      const { transport, settled } = await instances(serve);
      await transport.request(subject, data, quick);
      const { asked, replies, invalid } = await settled();
      expect([asked, replies, invalid.length]).toEqual([[], 1, 1]);
    });

    it("carry out both of two requests that are the same to the last byte, each with its own arguments", async () => {
      const { transport, settled } = await instances(serve);
      const request = json({
        command: "measure",
        args: { sensor: "roof" },
        meta: { region: "north", station: "Oslo" },
      });
      for (const _ of ["one", "other"]) transport.publish(subject, request);
      await transport.flush();
      const [one, other, ...more] = (await settled()).asked;
      expect([one, other, more]).toEqual([{ sensor: "roof" }, { sensor: "roof" }, []]);
      expect(one).not.toBe(other);
    });
  });

  it("instances for any channel share with those for one what has no place for a channel", async () => {
    const { client, settled } = await instances([{ channels: "any" }, { channels: ["Oslo"] }]);
    await client.channel("Oslo").archive.store({ celsius: 1 });
    expect(await settled()).toMatchObject({ asked: [{ celsius: 1 }], replies: 1 });
  });

  it("instances for any channel share with those for one what has its channel in its subject", async () => {
    const all = [{ channels: "any" as const }, { channels: ["Oslo"] }, { channels: ["Oslo", "Bergen"] }];
    const { asked, client, settled } = await instances(all, archivesByTown());
    await Promise.all(
      towns.flatMap((town) => Array.from({ length: 40 }, () => client.channel(town).archive.store({ celsius: 1 }))),
    );
    expect((await settled()).replies).toBe(120);
    expect(asked.flat().length).toBe(120);
    for (const own of asked) expect(own.length).toBeGreaterThan(0);
  });

  it("an instance in a queue group of another name shares with nobody else", async () => {
    const { client, settled } = await instances([{ channels: ["Oslo"] }, { channels: ["Oslo"], queue: "auditors" }]);
    await client.channel("Oslo").station.measure({ sensor: "roof" });
    expect((await settled()).asked).toEqual([{ sensor: "roof" }, { sensor: "roof" }]);
  });
});
