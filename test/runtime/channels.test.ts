import { expect, it } from "vitest";
import { type ClientOptions, createClient } from "../../runtime/client/client.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { addressOf } from "../../runtime/protocol/address.js";
import type { Protocol } from "../../runtime/protocol/message.js";
import { clock, type WeatherContract, weather } from "./fixture-protocol.js";
import { idle } from "./fixture-station.js";

/** The weather, with an archive of two words. */
interface FarContract extends Omit<WeatherContract, "services" | "handlers"> {
  services: { farArchive: WeatherContract["services"]["archive"] };
  handlers: { "far-archive": WeatherContract["handlers"]["archive"] };
}

const here = { channels: ["Oslo"] };
const bus = () => createMemoryBroker().connect();

function client(channels?: ClientOptions<WeatherContract>["channels"]) {
  return createClient(weather, createMemoryBroker().connect(), { channels });
}

it("a lone text names the last part of the address, and defaults fill the others", () => {
  const north = { region: "north", station: "Oslo" };
  expect(client(["Oslo"]).channel("Oslo").address).toEqual(north);
  expect(client([{ station: "Oslo" }]).channel(north).address).toEqual(north);
  const south = { region: "south", station: "Kiel" };
  expect(client([south]).channel(south).address).toEqual(south);
});

it.each([
  [{}, /lacks its "station"/],
  [{ region: "north" }, /lacks its "station"/],
  ["", /lacks its "station"/],
  [{ station: 5 }, /lacks its "station"/],
  [
    { station: "Oslo", regoin: "north" },
    /has "regoin", which the protocol's address does not have; did you mean "region"/,
  ],
  [{ station: "Oslo", planet: "Earth" }, /its parts are region, station/],
])("the channel %j is refused", (channel, reason) => {
  expect(() => addressOf(weather.address, channel as string)).toThrow(reason);
  expect(() => client([channel as string])).toThrow(/^\[invalid_argument\]/);
});

it("a channel is the same object under all spellings", () => {
  const one = client(["Oslo"]);
  expect(one.channel("OSLO")).toBe(one.channel({ region: "North", station: "oslo" }));
  expect(one.channels).toEqual([one.channel("Oslo")]);
});

it("channels that become the same subject are refused, for nobody could tell them apart", () => {
  const refused = /\[invalid_argument\] the channels .*Oslo.* and .* share the subject weather\.events\.oslo\.\*/;
  expect(() => client(["Oslo", "OSLO"])).toThrow(refused);
  expect(() => client(["Oslo", "Os.lo"])).toThrow(refused);
  expect(() => client(["Oslo", { region: "south", station: "Oslo" }])).toThrow(refused);
});

it.each(["a\tb", "...", "a*b", "\u0000"])("the channel %j cannot be part of a subject", (channel) => {
  expect(() => client([channel])).toThrow(/^\[invalid_subject\]/);
});

it("channels are told apart where one part of an address ends and the next begins", () => {
  const one = client();
  for (const region of ["a/b", "a~1b"]) one.channel({ region, station: "c" });
  one.channel({ region: "a", station: "b/c" });
  expect(one.channels.map(({ address }) => address.region)).toEqual(["a/b", "a~1b", "a"]);
});

it("a channel that the client was not started for is refused, with those that it was", () => {
  const one = client(["Oslo", "Bergen"]);
  expect(() => one.channel("olso")).toThrow(/olso is not one of the channels .*did you mean "Oslo"/);
  expect(() => one.channel("Trondheim")).toThrow(/they are Oslo, Bergen/);
  const two = client(["Oslo", { region: "south", station: "Kiel" }]);
  expect(() => two.channel({ region: "south", station: "Keil" })).toThrow(/south\/Keil is .* mean "south\/Kiel"/);
});

it("a client that was started for no channels may name any, and listens to one at a time", () => {
  const one = client();
  expect(one.channel("Oslo")).toBe(one.channel("oslo"));
  expect(() => one.on("reading", () => undefined)).toThrow(/started for no channels/);
  expect(() => one.publish("reading", { celsius: 1 })).toThrow(/started for no channels/);
  one.channel("Oslo").on("reading", () => undefined);
});

it("a client with several channels does not guess where to publish", () => {
  expect(() => client(["Oslo", "Bergen"]).publish("reading", { celsius: 1 })).toThrow(
    /has several channels: say which/,
  );
});

it("services and state of a protocol with an address belong to its channels", () => {
  const one = client(["Oslo"]);
  expect(() => one.services).toThrow(/use client\.channel\(name\)\.services/);
  expect(() => one.state).toThrow(/use client\.channel\(name\)\.state/);
});

it("a protocol without an address has no channels", () => {
  const one = createClient(clock, createMemoryBroker().connect());
  expect(Object.keys(one.services)).toEqual(["clock"]);
  expect(() => one.channel("here")).toThrow(/there is no channel "here": the protocol has no address/);
  expect(() => createClient(clock, createMemoryBroker().connect(), { channels: ["here"] })).toThrow(/has no address/);
});

it("services are members of a channel, and are all under `services` too", () => {
  const channel = client(["Oslo"]).channel("Oslo");
  expect(channel.services.station).toBe(channel.station);
});

it("a service is asked by the member that it is, and answers by its name on the wire", async () => {
  const { archive } = weather.services;
  if (archive === undefined) throw new Error("there is no archive");
  const renamed = { ...archive, name: "far-archive", member: "farArchive" };
  const protocol: Protocol = { ...weather, services: { "far-archive": renamed } };
  const one = createClient(protocol as Protocol<FarContract>, bus(), here);
  await one.serve("far-archive", { store: () => ({ stored: 1 }), forget: () => ({ forgotten: 0 }) });
  expect(await one.channel("Oslo").farArchive.store({ celsius: 20 })).toEqual({ stored: 1 });
  await one.close();
});

it("a dialect that the protocol does not have is refused", () => {
  const options = { channels: ["Oslo"], dialect: "exakt" };
  expect(() => createClient(weather, createMemoryBroker().connect(), options)).toThrow(
    /weather has no dialect "exakt"; did you mean "exact"\?/,
  );
});

it("options of the wrong kind are refused, whoever does not compile", async () => {
  const made = (options: object) => () => createClient(weather, bus(), options);
  expect(made({ channels: "Oslo" })).toThrow('[invalid_argument] channels must be a list, not "Oslo"');
  expect(made({ channels: [] })).toThrow("[invalid_argument] channels holds none: name those that are meant");
  const serving = client(["Oslo"]).serve("station", idle, { channels: [] });
  await expect(serving).rejects.toThrow("[invalid_argument] channels holds none");
  expect(made({ logLevel: "verbose" })).toThrow(
    '[invalid_argument] there is no log level "verbose"; they are debug, info, warn, error',
  );
  for (const service of [{}, { name: "" }]) {
    expect(made({ service })).toThrow(
      "[invalid_argument] a service needs a name, as in { service: { name, version } }",
    );
  }
});

it.each(["handlerTimeout", "requestTimeout", "maximumMessageBytes"])("%s must be a number that makes sense", (name) => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => createClient(weather, createMemoryBroker().connect(), { [name]: value })).toThrow(
      `${name} must be above 0`,
    );
  }
});
