/** The services of a catalog, for the runtime to speak to: what generated code would say, without any. */
import type { ConfigDescriptor, Payload, Protocol, ServiceDescriptor } from "../../runtime/protocol/message.js";
import { violations } from "../../runtime/value/violation.js";
import { declarationNames } from "../catalog/naming.js";
import { shapeOf } from "../catalog/shape-parts.js";
import type { Catalog, CommandMessage, ConfigEntry, ServiceEntry } from "../model.js";

/** A protocol of services alone: nothing is heard or kept with it. */
export function protocolOfServices(catalog: Catalog): Protocol {
  const { name, version, hash, address, tokens, envelopes, dialects, services } = catalog;
  const entries = services.map((service) => [service.name, serviceOf(catalog, service)] as const);
  return {
    ...{ name, version, hash, address, tokens, envelopes, dialects },
    services: Object.fromEntries(entries),
    events: {},
    lifecycle: {},
    state: {},
    streams: {},
  };
}

/** A configuration, for reading one. */
export function configOf(
  catalog: Catalog,
  { kind, ref, name, hash, payload, settings }: ConfigEntry,
): ConfigDescriptor {
  return { kind, ref, name, hash, settings, payload: payloadOf(catalog, payload) };
}

function serviceOf(catalog: Catalog, { name, answersTo, ownSubjects }: ServiceEntry): ServiceDescriptor {
  const commands = catalog.messages
    .filter((message): message is CommandMessage => message.kind === "command" && message.service === name)
    .map(({ ownSubjects: subjects, args, result, ...command }) => [
      command.method,
      { ...command, subjects, args: payloadOf(catalog, args), result: payloadOf(catalog, result) },
    ]);
  const member = declarationNames.member(name);
  return { name, member, answersTo, subjects: ownSubjects, commands: Object.fromEntries(commands) };
}

function payloadOf(catalog: Catalog, type: string): Payload<unknown> {
  const shape = shapeOf(catalog, type);
  return {
    check: (value, fields): value is unknown => violations(shape, value, fields).length === 0,
    shape: () => shape,
  };
}
