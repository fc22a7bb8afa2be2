/** What programs write against: services, their handlers, and everything else of the protocol by name. */

import { declarationNames } from "../catalog/naming.js";
import { parametersOf } from "../catalog/subjects.js";
import type { BucketMessage, Catalog, EmitOptions, GeneratedFile, KeyEntry, Message } from "../model.js";
import { type Code, documented, generic, interfaceOf, members, propertyName } from "../typescript/code.js";
import { commentLines, originText } from "../typescript/documentation.js";
import { protocolFile } from "../typescript/file.js";
import { typeNamespace, typesNamed } from "../typescript/modules.js";
import { serviceInterfaces } from "../typescript/service-interface.js";

/** Emits `client.ts`. */
export function emitClient(catalog: Catalog, { runtimeModule }: EmitOptions): readonly GeneratedFile[] {
  const declarations = [
    ...catalog.services.flatMap((service) => serviceInterfaces(catalog, service)),
    mapOf(catalog, "address", addressParts(catalog)),
    mapOf(catalog, "events", broadcasts(catalog, "event")),
    mapOf(catalog, "lifecycle", broadcasts(catalog, "lifecycle")),
    mapOf(catalog, "state", stateKeys(catalog)),
    mapOf(catalog, "streams", keptEvents(catalog)),
    contract(catalog),
  ];
  const has = (...kinds: readonly Message["kind"][]) => catalog.messages.some(({ kind }) => kinds.includes(kind));
  const used = [...(has("command") ? ["CallOptions", "CommandContext"] : []), ...(has("bucket") ? ["StateKey"] : [])];
  const imports = [
    typesNamed(["Contract", ...used], runtimeModule),
    ...(has("event", "lifecycle", "command", "bucket") ? [typeNamespace("types", "./types.js")] : []),
  ];
  return [protocolFile(catalog, { name: "client.ts", imports, declarations })];
}

/** What each map of the protocol's names holds. */
const descriptions = {
  address: "Where a message belongs.",
  events: "What each event carries, by its name on the wire.",
  lifecycle: "What each lifecycle message carries.",
  state: "What services keep for others to read.",
  streams: "The names of the events that each stream keeps.",
} as const;

function mapOf(catalog: Catalog, name: keyof typeof descriptions, parts: readonly Code[]): Code {
  const comment = commentLines({
    text: [descriptions[name]],
    origin: originText(catalog, { file: "protocol.json", pointer: "" }),
  });
  return documented(comment, interfaceOf(declarationNames.map(catalog.name, name), parts));
}

function addressParts({ address }: Catalog): readonly Code[] {
  return address.map(({ name, description }) => documented(commentLines({ text: [description] }), `${name}: string`));
}

function broadcasts(catalog: Catalog, kind: "event" | "lifecycle"): readonly Code[] {
  return catalog.messages.flatMap((message) => {
    if (message.kind !== kind) return [];
    const { name, description, deprecated, origin, payload } = message;
    const comment = commentLines({ text: [description], deprecated, origin: originText(catalog, origin) });
    return [documented(comment, `${propertyName(name)}: types.${payload}`)];
  });
}

function stateKeys(catalog: Catalog): readonly Code[] {
  return catalog.messages.flatMap((message) =>
    message.kind === "bucket" ? message.keys.map((key) => stateKey(catalog, message, key)) : [],
  );
}

function keptEvents(catalog: Catalog): readonly Code[] {
  const all = catalog.messages.filter(({ kind }) => kind === "event").length;
  return catalog.streams.map(({ name, description, deprecated, origin, events }) => {
    const comment = commentLines({ text: [description], deprecated, origin: originText(catalog, origin) });
    const names =
      events.length === all
        ? [`keyof ${declarationNames.map(catalog.name, "events")}`]
        : events.map((event) => JSON.stringify(event));
    return documented(comment, `${propertyName(name)}: ${names.join(" | ")}`);
  });
}

/** A key, with the parameters of its name that the address does not give. */
function stateKey(catalog: Catalog, { bucket, deprecated }: BucketMessage, key: KeyEntry): Code {
  const { method, description, origin, payload } = key;
  const given = new Set(catalog.address.map((part) => part.name));
  const names = [bucket, key.key].flatMap(parametersOf).map((parameter) => parameter.name);
  const asked = [...new Set(names)].filter((name) => !given.has(name)).map((name) => `${name}: string`);
  const parameters = asked.length === 0 ? [] : [`{ ${asked.join("; ")} }`];
  const comment = commentLines({ text: [description], deprecated, origin: originText(catalog, origin) });
  return documented(comment, [`readonly ${method}: `, generic("StateKey", [`types.${payload}`, ...parameters])]);
}

function contract(catalog: Catalog): Code {
  const { name, services } = catalog;
  const maps = ["address", "events", "lifecycle", "state", "streams"] as const;
  const comment = ["All types of the protocol, by name. Its descriptor carries them to the runtime."];
  const asked = services.map(({ name }) => `${declarationNames.member(name)}: ${declarationNames.client(name)}`);
  const served = services.map(({ name }) => `${propertyName(name)}: ${declarationNames.handlers(name)}`);
  return documented(comment, [
    `export interface ${declarationNames.map(name, "contract")} extends Contract `,
    members([
      ...maps.map((map) => `${map}: ${declarationNames.map(name, map)}`),
      ["services: ", members(asked)],
      ["handlers: ", members(served)],
    ]),
  ]);
}
