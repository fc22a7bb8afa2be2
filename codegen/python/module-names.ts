/** What the things of a protocol are called in its Python modules. */
import { declarationNames, pythonMemberNames, pythonNames } from "../catalog/naming.js";
import { commandsOf } from "../catalog/service-documentation.js";
import type { Catalog } from "../model.js";
import { descriptorNames } from "../typescript/descriptor-names.js";

type Names = ReadonlyMap<string, string>;

/** Names in Python. */
export interface ModuleNames {
  /** The constant of a message or key, by reference. */
  readonly messages: Names;
  /** The constant of a service, by its name. */
  readonly services: Names;
  /** The constant of a stream, by its reference. */
  readonly streams: Names;
  /** The method of a service's client and of its handlers, by the command's reference. */
  readonly methods: Names;
  /** The member of a channel, by the service's name. */
  readonly members: Names;
  /** The member of a channel's state, by the key's reference. */
  readonly keys: Names;
}

// What the classes have beside what is named here.
const ofChannels = ["address", "events", "on", "on_unknown", "once", "publish", "publish_durable", "state"];
const ofServices = ["with_options"];

/** Names for everything of a protocol. */
export function moduleNames(catalog: Catalog): ModuleNames {
  const services = catalog.services.map(({ name }) => name);
  const methods = services.flatMap((service) => {
    const commands = commandsOf(catalog, service).map(({ ref, method }) => [ref, method] as const);
    return named(commands, ofServices);
  });
  const keys = catalog.messages.flatMap((message) =>
    message.kind === "bucket" ? message.keys.map(({ ref, method }) => [ref, method] as const) : [],
  );
  return {
    ...constants(catalog),
    methods: new Map(methods),
    members: pythonMemberNames(services, ofChannels),
    keys: new Map(named(keys, [])),
  };
}

/** The name of something that the protocol has. */
export function nameIn(names: Names, key: string): string {
  const found = names.get(key);
  if (found === undefined) throw new Error(`internal: ${key} has no name in Python; report this with the schema`);
  return found;
}

function constants(catalog: Catalog): Pick<ModuleNames, "messages" | "services" | "streams"> {
  const messages = [...descriptorNames(catalog)];
  const services = catalog.services.map((service) => [service.name, `${service.name}-service`] as const);
  const streams = catalog.streams.map(({ ref, name }) => [ref, declarationNames.stream(name)] as const);
  const given = [...messages, ...services, ...streams].map(([, name]) => name);
  const names = pythonMemberNames(given, [pythonNames.protocolSource]);
  const spelt = (entries: readonly (readonly [string, string])[]) =>
    new Map(entries.map(([key, name]) => [key, pythonNames.constant(names.get(name) ?? name)]));
  return { messages: spelt(messages), services: spelt(services), streams: spelt(streams) };
}

function named(members: readonly (readonly [key: string, given: string])[], taken: readonly string[]) {
  const names = pythonMemberNames(
    members.map(([, given]) => given),
    taken,
  );
  return members.map(([key, given]) => [key, names.get(given) ?? given] as const);
}
